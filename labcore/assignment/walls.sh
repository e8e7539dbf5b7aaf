#!/bin/sh
# The walls around a notebook, called inside new namespaces: walls.sh WORLD PATH... -- COMMAND...
# What COMMAND sees as / has the folder WORLD as /world and the PATHs, read-only and
# without those of them that have a ! before them, a small /tmp, and no more of this machine.
set -e
root=/tmp # in this namespace alone
exec 3<"$1"
mount -t tmpfs -o size=1m,mode=755 walls "$root"
mkdir "$root/world"
mount --bind "/proc/self/fd/3" "$root/world"
exec 3<&-
shift
while [ "$1" != -- ]; do
	if [ "${1#!}" != "$1" ]; then
		mount -t tmpfs -o size=4k walls "$root${1#!}"
	elif [ -L "$1" ]; then
		mkdir -p "$root${1%/*}"
		cp -P "$1" "$root$1"
	elif [ -d "$1" ]; then
		mkdir -p "$root$1"
		mount --rbind "$1" "$root$1"
	fi
	shift
done
shift
mkdir -p "$root/proc" "$root/dev" "$root/tmp" "$root/old"
for name in null zero random urandom; do
	: >"$root/dev/$name"
	mount --bind "/dev/$name" "$root/dev/$name"
done
mount -t proc walls "$root/proc"
echo 400 2>/dev/null >"$root/proc/sys/kernel/pid_max" || : # children, where the kernel counts them by namespace
# A mount may have brought limits (nosuid, nodev) that can't be taken off here: each keeps its own.
mounts=$(findmnt --raw --noheadings --output TARGET,VFS-OPTIONS)
echo "$mounts" | while read -r target options; do
	case $target in "$root" | "$root"/*) mount -o "remount,bind,ro,${options#r[wo],}" "$(printf %b "$target")" ;; esac
done
mount -t tmpfs -o size=64m walls "$root/tmp"
cd "$root"
pivot_root . old
umount -l old
cd /tmp
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs -- "$@"
