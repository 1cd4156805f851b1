#!/bin/bash
# A Slurm array: one judge a part that `claimaudit lines -o RUN --parts 64` wrote, on a file system that all nodes see.
# NOT TESTED on a Slurm: a stand-in for sbatch ran it, with a task killed half-way and begun again.
#   RUN=/shared/run sbatch --array=0-63 slurm.sh     and when all are done
#   claimaudit merge /shared/run /shared/run/parts -o claim-audit.xlsx
#SBATCH --job-name=claimaudit
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=1G
#SBATCH --requeue
set -euo pipefail
umask 077
part=$(printf 'part-%05d' "$SLURM_ARRAY_TASK_ID")
mkdir -p "$RUN/parts"
claimaudit judge --run "$RUN/run" --workers 1 --memory 256MiB <"$RUN/lines/$part.tsv" >"$RUN/parts/.$part.$SLURM_JOB_ID"
mv "$RUN/parts/.$part.$SLURM_JOB_ID" "$RUN/parts/$part" # in place only when whole
