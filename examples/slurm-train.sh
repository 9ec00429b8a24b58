#!/usr/bin/env bash
# One training over two machines, a rank for every 8 cores. Usage: sbatch examples/slurm-train.sh EXPERIMENT.toml RUN
#SBATCH --job-name=mdsm
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=4
#SBATCH --cpus-per-task=8
#SBATCH --time=08:00:00
#SBATCH --requeue
#SBATCH --signal=TERM@120
#SBATCH --open-mode=append
set -u
experiment=${1:?an experiment, such as experiments/mnist-quick.toml}
run=${2:?a run directory, on a file system that all machines see}

# A requeued job goes on by itself (SLURM_RESTART_COUNT); one that is queued again by hand finds its run here.
words=(train "$experiment" --out "$run")
if [ -e "$run/training-state.safetensors" ]; then words=(train "$run" --resume); fi

# --kill-on-bad-exit: a rank that dies ends the others. --mpi: what your Open MPI was built for (srun --mpi=list).
srun --mpi=pmix --kill-on-bad-exit=1 mdsm "${words[@]}" --threads "$SLURM_CPUS_PER_TASK"
code=$?
# 130: stopped in good order and saved.
if [ "$code" = 130 ]; then scontrol requeue "$SLURM_JOB_ID"; fi
exit "$code"
