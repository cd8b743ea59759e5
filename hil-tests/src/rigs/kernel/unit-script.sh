#!/usr/bin/env bash
# Under the systemd of a Debian in which our package is installed: what docs/install.md says to do, and what befalls a beacon
# after it. Leaves what was seen in /out/seen for units.test.ts, which knows what it has to be.
set -u
unit=deskbeacond.service
settings=/etc/deskbeacon/deskbeacond.toml
mkdir -p /out/seen

# The state of the unit, of the daemon and of its key, under a name.
look() {
  {
    systemctl show -p ActiveState,SubState,Result,NRestarts,StatusText,MainPID,User "$unit"
    sed -nE 's/^(CapEff|NoNewPrivs|Seccomp):\s*/\1=/p' "/proc/$(systemctl show -P MainPID "$unit")/status"
    sha256sum < /var/lib/deskbeacond/root-key.json
  } > "/out/seen/$1.unit" 2>&1
  deskbeacond status --json --config "$settings" > "/out/seen/$1.json" 2> "/out/seen/$1.error"
}

# Waits until the unit's property matches a pattern: wait_for SECONDS PROPERTY PATTERN
wait_for() {
  local left=$1
  until systemctl show -P "$2" "$unit" | grep -Eq "$3"; do
    left=$((left - 1))
    if [ "$left" -lt 0 ]; then
      echo "$2 is $(systemctl show -P "$2" "$unit"), not $3, after $1 s" | tee -a /out/seen/late
      return 1
    fi
    sleep 1
  done
}

# The emulator is the guest's own.
plug_in() { chroot /host btvirt -L -l1 & emulator=$!; }

plug_in
# As somebody does who follows the page.
systemctl enable --now "$unit"
look started

# With Type=notify it comes back as soon as the daemon has the signal.
systemctl reload "$unit"
wait_for 30 ActiveState '^active$'
look reloaded

# The controller is taken away, and comes back.
kill "$emulator"
wait_for 30 StatusText 'dark'
look unplugged
plug_in
wait_for 60 StatusText 'on the air'
look plugged-in

# The daemon hangs. A minute is what the unit waits; here it is less, so that nobody else waits as long.
mkdir -p "/run/systemd/system/$unit.d"
printf '[Service]\nWatchdogSec=15\n' > "/run/systemd/system/$unit.d/watchdog.conf"
systemctl daemon-reload
systemctl restart "$unit"
look restarted
sleep 20
look watched
kill -STOP "$(systemctl show -P MainPID "$unit")"
wait_for 60 NRestarts '^1$' && wait_for 60 ActiveState '^active$'
look hung

# A newer package over a running unit, and the end of all.
dpkg -i /debs/newer.deb > /out/seen/upgrade 2>&1
look upgraded
dpkg -i /debs/newer.deb >> /out/seen/upgrade 2>&1
dpkg --purge deskbeacond > /out/seen/purge 2>&1
systemctl show -p ActiveState,LoadState "$unit" > /out/seen/purged.unit
ls -A /var/lib/deskbeacond /etc/deskbeacon > /out/seen/purged.left 2>&1
journalctl --no-pager -o short-monotonic > /out/seen/journal
kill "$emulator"
