#compdef claimaudit
# zsh completion for claimaudit, written by: claimaudit completion zsh
_claimaudit() {
	local line
	local -a found
	for line in "${(@f)$("${(Q)words[1]}" __complete ":${(Q)words[CURRENT]}" "${(@Q)words[2,CURRENT-1]}" 2>/dev/null)}"; do
		[[ -n $line ]] && found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
	done
	if (( $#found )); then
		_describe -V claimaudit found
	else
		_files
	fi
}
if [[ $funcstack[1] == _claimaudit ]]; then
	_claimaudit "$@"
else
	compdef _claimaudit claimaudit
fi
