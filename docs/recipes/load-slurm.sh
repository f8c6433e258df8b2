#!/bin/bash
# A load in forty parts on a cluster with Slurm, a node each. The folder is one that all nodes see.
#   export URL=https://10.0.0.5:18443 FOLDER=/shared/load START=$(date -u -d '+3 minutes' +%Y-%m-%dT%H:%M:%SZ)
#   job=$(sbatch --parsable --export=ALL docs/recipes/load-slurm.sh)
#   sbatch --dependency=afterany:$job --export=ALL --wrap 'understudy report $FOLDER/part-*.json --html $FOLDER/load.html'
#SBATCH --job-name=understudy
#SBATCH --array=1-40
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --exclusive
set -eu
exec understudy load "$URL" --plan "${PLAN:-$FOLDER/plan.xml}" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
  --start-at "$START" --threads 2 --json "$FOLDER/part-$SLURM_ARRAY_TASK_ID.json"
