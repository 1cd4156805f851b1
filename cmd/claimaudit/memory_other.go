//go:build !linux && !darwin

package main

// machineMemory stands in where the system is not asked for its memory: 8 GiB, so that the
// default for --memory is the most it can be.
func machineMemory() int64 { return 8 << 30 }
