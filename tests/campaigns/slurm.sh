#!/bin/bash
# The sweep of examples/sweep as a job array under a real Slurm on this one machine: three seeds with trainings longer than the time between the start of a
# task and Slurm's signal, so that each is stopped, requeued and continued. Models and results must have the bytes of runs without any Slurm. Slurm is this
# machine's, else Debian's packages are unpacked in a temporary folder (nothing is installed). About five minutes.
# slurm.sh BIN [RESULT]: writes RESULT (default: slurm.tsv beside this script) and prints it.
# shellcheck source=tests/campaigns/lib.sh
. "$(dirname "$0")/lib.sh"
sweep=$here/../../examples/sweep seeds=3 steps=18000

# 1. the programs
if ! command -v slurmctld >/dev/null; then
  [[ ${DM_NO_APT:-} != 1 ]] || { echo "campaign-slurm: slurmctld is missing and DM_NO_APT=1 forbids to fetch Debian's" >&2; exit 1; }
  mkdir packages unpacked
  (cd packages && apt-get download -q slurmctld slurmd slurm-client slurm-wlm-basic-plugins libmunge2 liblua5.1-0 libhwloc15 libnuma1 libjson-c5 libyaml-0-2) >log 2>&1 || { cat log; exit 1; }
  for package in packages/*.deb; do dpkg-deb -x "$package" unpacked; done
  libraries=$folder/unpacked/usr/lib/$(gcc -print-multiarch)
  for program in slurmctld slurmd slurmstepd; do ln -s $program-wlm unpacked/usr/sbin/$program; done
  export PATH=$folder/unpacked/usr/bin:$folder/unpacked/usr/sbin:$PATH LD_LIBRARY_PATH=$libraries/slurm-wlm:$libraries
  plugins="PluginDir=$libraries/slurm-wlm"
fi

# 2. a cluster of one machine, without authentication, accounting or cgroups
machine=$(hostname -s)
mkdir state spool sweep usual
cat >slurm.conf <<CONF
ClusterName=one
SlurmctldHost=$machine(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/none
CredType=cred/none
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
${plugins:-}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
NodeName=$machine NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$folder/slurm.conf
slurmctld -D -c >/dev/null 2>&1 &
daemons=($!)
trap 'scancel -u "$(id -un)" 2>/dev/null; kill "${daemons[@]}" 2>/dev/null; wait; rm -rf "$folder"' EXIT
slurmd -D -N "$machine" -d "$(command -v slurmstepd)" >/dev/null 2>&1 &
daemons+=($!)
for _ in {1..60}; do
  sinfo -h -o %T 2>/dev/null | grep -q idle && break
  sleep 1
done
sinfo -h -o %T | grep -q idle || { echo 'campaign-slurm: the cluster does not start' >&2; tail -n 20 slurmctld.log slurmd.log >&2; exit 1; }

# 3. the array as it stands, but for its size, one processor a task, and Slurm's shortest time limit. Slurm looks at the limits every 30 s: its signal
# comes 5 to 35 s after the start of a task, while it trains.
sed "s/\"dm-train\": {[^}]*}/\"dm-train\": {\"steps\": $steps}/" "$sweep/run.json" >run.json
export SWEEP_SPEC=$folder/run.json
(cd sweep && sbatch --array="1-$seeds" --cpus-per-task=1 --time=1 --signal=USR1@55 "$sweep/run.sbatch" "$sweep/one.sh" >/dev/null)
deadline=$((SECONDS + 1200))
while ! jobs=$(squeue -h) || [[ -n $jobs ]]; do # on a busy machine the answer may fail to come
  ((SECONDS < deadline)) || { echo 'campaign-slurm: the array is not done after twenty minutes' >&2; squeue >&2; exit 1; }
  # Slurm lets a requeued task wait for two minutes; what is to be seen here does not depend on it.
  for job in $(squeue -h -r -t PENDING -o '%r %i' | sed -n 's/^BeginTime //p'); do scontrol update JobId="$job" StartTime=now; done
  sleep 1
done

# 4. the same without Slurm
for ((seed = 1; seed <= seeds; ++seed)); do (cd usual && "$sweep/one.sh" $seed); done
{
  echo "# command: make campaign-slurm"
  echo "# version: $(dm-train --version); $(sbatch --version)"
  echo "# wall time: $((SECONDS - start)) s; $seeds tasks of one processor, trainings of $steps steps"
  echo "# seed, times requeued, model and results have the bytes of an uninterrupted run"
  for ((seed = 1; seed <= seeds; ++seed)); do
    verdict=yes
    for file in model-$seed.h5 results-$seed.jsonl; do cmp "sweep/$file" "usual/$file" >&2 || verdict=no; done
    [[ $verdict == yes ]] || tail -n 20 "sweep/log-$seed.txt" >&2
    printf '%s\t%s\t%s\n' $seed "$(grep -c 'Exited with exit code 75' sweep/log-$seed.txt)" $verdict
  done
} >"$result"
cat "$result"
awk -F '\t' '/^#/ { next } { n++; if (!($2 > 0) || $3 != "yes") bad = 1 } END { exit bad || n == 0 }' "$result" ||
  { echo 'campaign-slurm: a task was never requeued, or its files differ' >&2; exit 1; }
