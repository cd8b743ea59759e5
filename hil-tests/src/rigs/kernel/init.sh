#!/bin/sh
# The first process of the guest, from the initial RAM disk: puts the host's files beneath an overlay and goes over to them.
# $1: what to run there; $2: the unpacked kernel package, a path of the host's.
export PATH=/bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module" || echo "init: $module does not load"; done < /modules/order
options=trans=virtio,version=9p2000.L,msize=512000
mount -t 9p -o "ro,$options,cache=loose" host /host || echo 'init: no files of the host'
mount -t tmpfs tmpfs /overlay
mkdir -p /overlay/upper /overlay/work
mount -t overlay -o lowerdir=/host,upperdir=/overlay/upper,workdir=/overlay/work overlay /root
for kind in proc sysfs:sys devtmpfs:dev tmpfs:run; do mount -t "${kind%:*}" none "/root/${kind#*:}"; done
mkdir -p /root/dev/pts /root/dev/shm /root/out
mount -t devpts none /root/dev/pts
mount -t tmpfs none /root/dev/shm
mount -t 9p -o "rw,$options,cache=none" out /root/out || echo 'init: no shared folder'
umount /proc
# By switch_root and as process 1: only then does the kernel look for modprobe, which its crypto calls, among those files.
exec switch_root /root /bin/bash "$1" "$2"
