# fish completion for claimaudit, written by: claimaudit completion fish
function __claimaudit_complete
    set -l before (commandline -opc)
    set -l found (command $before[1] __complete ":"(commandline -ct | string collect -a) $before[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c claimaudit -f -a '(__claimaudit_complete)'
