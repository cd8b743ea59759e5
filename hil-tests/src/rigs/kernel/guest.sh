#!/usr/bin/env bash
# The guest's process 1 once the host's files are there: loads what Bluetooth needs, runs /out/command, switches off.
# $1: the unpacked kernel package.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
ln -sf /proc/self/fd /dev/fd
mkdir -p /lib/modules /run/dbus /run/lock
ln -sfn "$1/lib/modules/$(uname -r)" "/lib/modules/$(uname -r)"
modprobe -a hci_vhci algif_skcipher algif_hash ecb cmac aes_generic dummy
# The first bind of each cipher makes the kernel look for modules, which here takes longer than it waits for the answer to a
# controller's reset. BlueZ's emulator binds both as it starts.
perl -e 'for (["skcipher", "ecb(aes)"], ["hash", "cmac(aes)"]) {
  socket(my $socket, 38, 5, 0) or die "AF_ALG: $!\n";
  bind($socket, pack("S a14 L L a64", 38, $_->[0], 0, 0, $_->[1])) or die "AF_ALG $_->[1]: $!\n";
}'
# BlueZ's emulator with `-U` has UDP broadcast for its air, which needs an interface with a route.
ip link set lo up
ip link add dummy0 type dummy && ip addr add 10.99.0.1/24 dev dummy0 && ip link set dummy0 up && ip route add default dev dummy0
[ -S /run/dbus/system_bus_socket ] || dbus-daemon --system --fork
bash -c "$(cat /out/command)" < /dev/null
echo $? > /out/status
sync
busybox poweroff -f
