#!/usr/bin/env bash
# In the guest: makes the systemd of another root the first process of a tree of its own, with one script among its units,
# and ends with that script's exit code. The kernel is the guest's; cgroups, sandboxes and udev are that systemd's.
#
#   under-systemd.sh ROOT SCRIPT
#
# ROOT    an unpacked Debian, a path of this machine; what is written to it stays in the guest
# SCRIPT  run in it as root, with bash; the guest's own files are at /host there, and /out is shared
set -euo pipefail
export root=$1 script=$2
cat > "$root/etc/systemd/system/seen.service" <<END
[Unit]
Description=What is to be seen under this systemd
After=basic.target
SuccessAction=poweroff-force
FailureAction=poweroff-force

[Service]
Type=exec
TimeoutStopSec=5
ExecStart=/bin/bash -c 'bash "/host$script" > /out/script.log 2>&1; echo \$? > /out/script.status'
END
mkdir -p "$root"/{host,out,proc,sys,dev,run}
rm -f /out/script.status
unshare --fork --pid --mount bash -euc '
  mount --bind "$root" "$root"
  cd "$root"
  mount -t proc proc proc
  mount --rbind /sys sys
  mount --rbind /dev dev
  mount -t tmpfs tmpfs run
  mount --bind /out out
  pivot_root . host
  exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . /lib/systemd/systemd --unit=seen.service --show-status=no
' || true # It is ended by what it calls switching off.
exit "$(cat /out/script.status)"
