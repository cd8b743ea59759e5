#!/usr/bin/env bash
# Boots a Linux kernel under software emulation and runs one command in it as root.
#
#   boot.sh KERNEL OUT LIMIT COMMAND...
#
# KERNEL  a Debian kernel package, unpacked, with modules.dep made (.ci/setup does both)
# OUT     a folder that host and guest share, read and written; the guest sees it as /out
# LIMIT   seconds after which the machine is switched off
#
# The guest sees this machine's files read-only beneath an overlay of its own, by 9p: the same node, the same checkout, the
# same BlueZ; what it writes is gone with it, but for /out. It has no network. The console is standard output. The exit
# status of COMMAND is left in OUT/status; where that file is missing, the machine ended before the command did.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kernel=$1 out=$2 limit=$3
shift 3
version=$(ls "$kernel/lib/modules")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{bin,dev,proc,host,overlay,root,modules}
cp /bin/busybox "$work/bin/"
for applet in sh mount umount insmod mkdir switch_root; do ln -s busybox "$work/bin/$applet"; done
cp "$here/init.sh" "$work/init"
chmod +x "$work/init"
# What is needed before the host's files can be seen, in the order of loading. Newer kernel packages compress modules.
for module in virtio_pci 9pnet_virtio 9p overlay; do
  modprobe -d "$kernel" -S "$version" --show-depends "$module" | awk '$1 == "insmod" { print $2 }'
done | awk '!seen[$0]++' | while read -r file; do
  name=$(basename "$file")
  case $name in
    *.xz) xz -dc "$file" > "$work/modules/${name%.xz}"; name=${name%.xz} ;;
    *) cp "$file" "$work/modules/" ;;
  esac
  echo "$name" >> "$work/modules/order"
done
(cd "$work" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) > "$work/initramfs"

rm -f "$out/status"
printf '%q ' "$@" > "$out/command"
# notests: the kernel's self-test of elliptic curves fails under emulation and fills the console.
timeout -k 5 "$limit" qemu-system-x86_64 \
  -machine q35 -accel tcg,thread=multi,tb-size=512 -cpu max -smp 2 -m 2048 \
  -nodefaults -nographic -no-reboot -serial stdio -monitor none \
  -kernel "$kernel/boot/vmlinuz-$version" -initrd "$work/initramfs" \
  -append "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off cryptomgr.notests -- $here/guest.sh $kernel" \
  -virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap" \
  -virtfs "local,path=$out,mount_tag=out,security_model=none,multidevs=remap" \
  < /dev/null
