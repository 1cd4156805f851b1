# bash completion for claimaudit, written by: claimaudit completion bash
_claimaudit() {
	local word
	COMPREPLY=()
	while IFS=$'\t' read -r word _; do
		case $word in
		--*=*) case $COMP_WORDBREAKS in *=*) word=${word#*=} ;; esac ;;
		esac
		COMPREPLY+=("$word")
	done < <("${COMP_WORDS[0]}" __complete ":${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
}
complete -o default -o bashdefault -F _claimaudit claimaudit
