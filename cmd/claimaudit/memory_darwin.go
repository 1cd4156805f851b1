package main

import "golang.org/x/sys/unix"

// machineMemory is the machine's memory in bytes.
func machineMemory() int64 {
	size, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 8 << 30
	}
	return int64(size)
}
