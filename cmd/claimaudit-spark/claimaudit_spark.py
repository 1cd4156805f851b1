#!/usr/bin/env python3
"""Audit on Spark: lines on the driver, judge in a task a partition, and the parts that merge takes. Spark moves, spills
and retries; no rule and no reading of a value is here, all that is in the program. README.md says how it is called."""

import argparse
import csv
import errno
import hashlib
import os
import pathlib
import platform
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

BLOCK = 256 << 10  # bytes of judge's output in one row of findings
FINDINGS = "part int, seq long, block binary"
_checked = {}  # SHA-256 of a program to its copy, which this Python worker has made and tried


def judge(plan, batches):
    """Gives the rows of a partition to one judge and yields what it writes, in order. A partition whose end is not as it
    must be raises, so that Spark tries again; messages have counts, never values."""
    program, place, part = checked(plan), where(plan["run"]), partition()
    with tempfile.TemporaryDirectory(prefix="claimaudit-", dir=os.path.dirname(place), ignore_cleanup_errors=True) as scratch:
        command = [program, "judge", "--run", place, "--workers", "1", "--memory", plan["memory"]]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"TMPDIR": scratch})
        feed, clock, late = Feed(batches, child), threading.Timer(plan["timeout"], child.kill), time.monotonic() + plan["timeout"]
        try:
            feed.start()
            clock.start()
            seq, tail = 0, b""
            while block := child.stdout.read(BLOCK):
                tail = (tail + block)[-300:]
                yield pa.record_batch([pa.array([part], pa.int32()), pa.array([seq], pa.int64()), pa.array([block], pa.binary())],
                                      ["part", "seq", "block"])
                seq += 1
            if (status := child.wait()) and time.monotonic() >= late:
                raise RuntimeError(f"claimaudit judge has not ended within {plan['timeout']} seconds")
            feed.ended()
            if status:
                raise RuntimeError(f"claimaudit judge ended with status {status}; what it said is in the log of this executor")
            if not (end := re.search(rb"^#end (\d+) \d+ \w+ (.*)\n\Z", tail, re.M)):
                raise RuntimeError("what claimaudit judge wrote has no end")
            if int(end[1]) != feed.sent or end[2].decode("ascii", "replace") != plan["run_id"]:
                raise RuntimeError(f"claimaudit judge was sent {feed.sent} rows, and has not read them all or not with this run")
        finally:
            clock.cancel()
            child.kill()
            child.wait()
            child.stdout.close()
            feed.join(60)


class Feed(threading.Thread):
    """Writes rows to a child while its output is read: else both pipes fill, and nothing moves."""

    def __init__(self, batches, child):
        super().__init__(daemon=True)
        self.batches, self.child, self.sent, self.fault = batches, child, 0, None

    def run(self):
        try:
            with self.child.stdin as to:
                for batch in self.batches:
                    self.sent += batch.num_rows  # before they are: what a judge did not wait for was not read
                    rows = pa.ListArray.from_arrays([0, batch.num_rows], batch.column(0))
                    if batch.num_rows:
                        to.write(pc.binary_join(rows, "\n")[0].as_buffer())
                        to.write(b"\n")
        except BrokenPipeError:
            pass  # the child ended first: its status or its count says so
        except BaseException as fault:
            self.child.kill()  # it must not take what it has for all there is
            self.fault = fault

    def ended(self):
        self.join()
        if self.fault:
            raise self.fault


def checked(plan):
    """The program, copied to a private folder where it may be run, and tried: once a Python worker."""
    if path := _checked.get(plan["sha256"]):
        return path
    source = where(plan["program"])
    path = os.path.join(tempfile.mkdtemp(prefix="claimaudit-", dir=os.path.dirname(source)), "claimaudit")
    os.chmod(shutil.copyfile(source, path), 0o700)
    if sha256(path) != plan["sha256"]:
        raise RuntimeError("the claimaudit that came here is not the one that was sent")
    try:
        said = version(path)
    except OSError as fault:
        machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
        why = f"it is built for another machine: this one needs linux/{machine}" if fault.errno == errno.ENOEXEC else "is its folder noexec?"
        raise RuntimeError(f"claimaudit cannot be run on {platform.node()}: {fault.strerror}: {why}") from None
    if said != plan["version"]:
        raise RuntimeError(f"claimaudit here says {said!r}, on the driver {plan['version']!r}")
    _checked[plan["sha256"]] = path
    return path


def version(path):
    return subprocess.run([path, "version"], stdout=subprocess.PIPE, env={}, timeout=60, check=True, text=True).stdout


def where(name):
    """Where a file that was shipped is, on a worker; a whole path stands for itself."""
    if os.path.isabs(name):
        return name
    from pyspark import SparkFiles
    return SparkFiles.get(name)


def partition():
    spark = sys.modules.get("pyspark")
    context = spark and spark.TaskContext.get()
    return context.partitionId() if context else 0


def sha256(path):
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def as_csv(batches):
    """Rows as blocks of CSV: nulls are empty, all else stands in quotes."""
    for batch in batches:
        out = pa.BufferOutputStream()
        pyarrow.csv.write_csv(batch, out, pyarrow.csv.WriteOptions(include_header=False))
        yield pa.record_batch({"block": pa.array([out.getvalue().to_pybytes()], pa.binary())})


def plain(column):
    """The column as text a person would write: no 1.2E7 for a claim number that was kept as a float, no NaN."""
    from pyspark.sql import functions as F
    name, kind = F.col("`" + column.name.replace("`", "``") + "`"), column.dataType.typeName()
    if kind in ("array", "map", "struct", "binary", "variant"):
        raise SystemExit(f"column {column.name} is of type {kind}: give a table or view with plain columns")
    if kind in ("float", "double"):
        whole = (name == F.rint(name)) & (F.abs(name) < 1e15)
        return F.when(F.isnan(name), None).when(whole, name.cast("bigint").cast("string")).otherwise(name.cast("string"))
    return name.cast("string")


def export(spark, given, folder):
    """What `lines` is to read for one input: a path of the driver as it is, else a private copy in folder."""
    kind, _, name = given.partition(":")
    if kind not in ("table", "parquet", "delta", "files"):
        return given
    folder.mkdir(mode=0o700, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(dir=folder, prefix=f"{len(list(folder.iterdir())) + 1}-"))
    if kind == "files":
        for row in spark.read.format("binaryFile").load(name).orderBy("path").toLocalIterator():
            with open(folder / pathlib.PurePosixPath(row.path).name, "xb") as f:
                f.write(row.content)
        return str(folder)
    table = spark.table(name) if kind == "table" else spark.read.format(kind).load(name)
    path = folder / "export.csv"
    with open(path, "x", encoding="utf-8", newline="") as f:
        csv.writer(f, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(table.columns)
    texts = table.select(*[plain(c).alias(f"c{n}") for n, c in enumerate(table.schema.fields)])
    with open(path, "ab") as f:
        for row in texts.mapInArrow(as_csv, "block binary").toLocalIterator(prefetchPartitions=True):
            f.write(row.block)
    return str(path)


def upload(spark, folder, uri):
    """Puts lines where all executors see them, by Spark's own access to it."""
    for path in sorted(folder.iterdir()):
        with open(path, encoding="ascii") as f:
            while rows := f.readlines(32 << 20):
                spark.createDataFrame(pa.table({"value": [r.rstrip("\n") for r in rows]})).write.mode("append").text(uri)


def judge_all(spark, lines, findings, parts, plan, partitions):
    """Judges all lines: findings are committed as Parquet, else this raises, and then written as parts for merge."""
    rows = spark.read.text(lines).selectExpr("value", "substring(value, 1, 32) as key")
    judged = rows.repartition(partitions, "key").select("value").mapInArrow(lambda batches: judge(plan, batches), FINDINGS)
    judged.write.option("mapreduce.fileoutputcommitter.algorithm.version", "1").parquet(findings)
    if findings.startswith("file://") and not pathlib.Path(findings[7:], "_SUCCESS").is_file():  # elsewhere only Spark can look
        raise SystemExit(f"{findings} was not committed: it has no _SUCCESS")
    parts.mkdir(mode=0o700)
    met = set()
    for row in spark.read.schema(FINDINGS).parquet(findings).orderBy("part", "seq").toLocalIterator():
        met.add(row.part)
        with open(parts / f"part-{row.part:05d}", "ab") as f:
            f.write(row.block)
    if len(met) != partitions:
        raise SystemExit(f"{len(met)} of {partitions} partitions are in {findings}: do all executors see it?")


def main(args):
    own, lines_settings = (args[:args.index("--")], args[args.index("--") + 1:]) if "--" in args else (args, [])
    p = argparse.ArgumentParser(usage="claimaudit_spark.py [settings] WORK INPUT... [-- settings of claimaudit lines]")
    p.add_argument("work", type=pathlib.Path, help="folder to make, on the driver: holds claim lines, remove it in the end")
    p.add_argument("inputs", nargs="+", metavar="INPUT", help="export or folder of the driver; table:NAME, parquet:URI, "
                   "delta:URI, files:URI; or, alone, a folder that claimaudit lines wrote")
    p.add_argument("--claimaudit", default="./claimaudit", help="the program, for the machine of driver and executors")
    p.add_argument("--partitions", type=int, help="how many (default: one for 128 MB of lines)")
    p.add_argument("--memory", default="256MiB", help="memory of a judge: within spark.executor.memoryOverhead")
    p.add_argument("--timeout", type=int, default=3600, help="seconds a partition may take")
    p.add_argument("--shared", help="URI of a folder for lines and findings, where executors do not see WORK")
    a = p.parse_args(own)

    from pyspark.sql import SparkSession
    os.umask(0o077)
    a.work = a.work.absolute()
    if a.work.exists():
        p.error(f"{a.work} is there already: name a new folder")
    a.work.mkdir(mode=0o700)
    spark = SparkSession.builder.appName("claimaudit").getOrCreate()
    spark.addArtifact(os.path.abspath(__file__), pyfile=True)
    prepared = pathlib.Path(a.inputs[0])
    if (prepared / "rest").is_file():
        if len(a.inputs) > 1 or lines_settings:
            p.error(f"{prepared} was written by claimaudit lines: it stands alone, with the settings it was made with")
    else:
        prepared = a.work / "prepared"
        exports = [export(spark, given, a.work / "exports") for given in a.inputs]
        if status := subprocess.run([a.claimaudit, "lines", *exports, "-o", prepared, *lines_settings]).returncode:
            raise SystemExit(status)
    lines = prepared.absolute() / "lines"
    plan = ship(spark, a.claimaudit, prepared / "run", a.work / "shipped") | {"memory": a.memory, "timeout": a.timeout}
    partitions = a.partitions or 1 + sum(f.stat().st_size for f in lines.iterdir()) // (128 << 20)
    shared = (a.shared or f"file://{a.work}").rstrip("/")
    if a.shared:
        upload(spark, lines, shared + "/lines")
    judge_all(spark, shared + "/lines" if a.shared else f"file://{lines}", shared + "/findings", a.work / "parts", plan, partitions)
    print(f"judged in {partitions} partitions; now: claimaudit merge {prepared} {a.work / 'parts'} -o claim-audit.xlsx")


def ship(spark, program, run, folder):
    """Sends the program and the run to all executors, from a folder that must stay. Names are of this job alone: a
    session takes no second file of one name from elsewhere, not even the same."""
    folder.mkdir(mode=0o700)
    names, job = {}, secrets.token_hex(8)
    for name, path in ("program", program), ("run", run):
        names[name] = f"claimaudit-{name}-{job}"
        spark.addArtifact(str(shutil.copyfile(path, folder / names[name])), file=True)
    return names | {"sha256": sha256(program), "version": version(os.path.abspath(program)), "run_id": sha256(run)}


if __name__ == "__main__":
    import claimaudit_spark  # by its name: executors then import what was shipped, once a Python worker
    claimaudit_spark.main(sys.argv[1:])
