"""Tests of the job. Those of its function on lists of batches need pyarrow alone; those on a real Spark need Java and
pyspark, and say so when they are skipped. CLAIMAUDIT names the program (else it is built), CLAIMAUDIT_SPARK_LINES how many
lines to audit on Spark (20000), CLAIMAUDIT_SPARK_ALL=1 runs those too that CI has no time for."""

import csv
import functools
import glob
import hashlib
import importlib.util
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest
import urllib.request

import pyarrow as pa
import pyarrow.parquet

import claimaudit_spark as job


HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SAMPLES = ROOT / "samples"
SETTINGS = ["--as-of", "2025-06-30"]
OUTPUTS = ["out.xlsx", "out.json", "out.csv"]
LINES = int(os.environ.get("CLAIMAUDIT_SPARK_LINES", "20000"))
SCRATCH = tempfile.TemporaryDirectory(prefix="claimaudit-test-")
PLACE = pathlib.Path(SCRATCH.name)


@functools.cache
def program():
    """The program that is tested."""
    if given := os.environ.get("CLAIMAUDIT"):
        return os.path.abspath(given)
    path = PLACE / "claimaudit"
    subprocess.run(["go", "build", "-trimpath", "-buildvcs=false", "-o", path, "./cmd/claimaudit"], cwd=ROOT, check=True,
                   env=os.environ | {"CGO_ENABLED": "0"})
    return str(path)


def folder():
    return pathlib.Path(tempfile.mkdtemp(dir=PLACE))


def run(*command):
    """Runs the program, and fails unless it did what was asked."""
    done = subprocess.run([program(), *map(str, command)], capture_output=True, text=True)
    if done.returncode not in (0, 1, 3):
        raise AssertionError(f"claimaudit {command[0]}: exit status {done.returncode}: {done.stderr}")
    return done.returncode


def outputs(into, *command):
    """The exit status of a command and its outputs: a workbook, JSON and CSV."""
    flags = [word for name in OUTPUTS for word in ("-o", into / name)]
    status = run(*command, *flags)
    return [status] + [hashlib.sha256((into / name).read_bytes()).hexdigest() for name in OUTPUTS]


def instead(of_judge):
    """A program that is the real one, but whose judge is this line of a shell: REAL stands for the real one."""
    path = folder() / "claimaudit"
    path.write_text(f'#!/bin/sh\nPATH=/usr/bin:/bin\nif [ "$1" = judge ]; then\n{of_judge.replace("REAL", program())}\nfi\n'
                    f'exec {program()} "$@"\n')
    path.chmod(0o700)
    return str(path)


def prepared(*inputs, settings=SETTINGS):
    into = folder() / "prepared"
    run("lines", *inputs, "-o", into, *settings)
    return into


def rows(prepared):
    return [row for path in sorted((prepared / "lines").iterdir()) for row in path.read_text("ascii").splitlines()]


def batches(rows, size=1000):
    return iter([pa.record_batch({"value": rows[i:i + size]}) for i in range(0, len(rows), size)])


def plan(prepared, program_path=None, timeout=300):
    path = program_path or program()
    return {"run": str(prepared / "run"), "run_id": job.sha256(prepared / "run"), "program": path, "sha256": job.sha256(path),
            "version": job.version(path), "memory": "64MiB", "timeout": timeout}


def text(found):
    """What judge wrote, of the rows of findings, which must be numbered."""
    found = list(found)
    assert [b.column(1)[0].as_py() for b in found] == list(range(len(found)))
    return b"".join(b.column(2)[0].as_py() for b in found)


class WithoutSpark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prepared = prepared(SAMPLES / "faults.csv")
        cls.rows = rows(cls.prepared)

    def refused(self, of_judge, message, timeout=300, given=None):
        with self.assertRaisesRegex(RuntimeError, message) as refused:
            list(job.judge(plan(self.prepared, instead(of_judge), timeout), given or batches(self.rows)))
        for row in self.rows:
            self.assertNotIn(row[33:], str(refused.exception))
        self.clean()

    def clean(self):
        """No row of a patient is left beside the run, only copies of the program elsewhere."""
        self.assertEqual([p.name for p in self.prepared.iterdir() if p.name.startswith("claimaudit-") and any(p.iterdir())
                          and not (p / "claimaudit").exists()], [])

    def test_bytes_of_the_audit(self):
        for sample, extra in ("faults.csv", []), ("spoiled.csv", []), ("practice-export.xlsx", []):
            want = outputs(folder(), "audit", SAMPLES / sample, *SETTINGS, *extra)
            of, parts = prepared(SAMPLES / sample), folder()
            for n in range(3):
                mine = [row for row in rows(of) if int(row[:8], 16) % 3 == n][::-1]
                (parts / f"part-{n}").write_bytes(text(job.judge(plan(of), batches(mine, 7 + 500 * n))))
            self.assertEqual(outputs(folder(), "merge", of, parts), want, sample)

    def recipe(self, judging, parts):
        """Lines in so many parts, judged by a recipe whose first judge dies in mid-run, and merged: the bytes of one process.
        judging gets the place with `run` and with the program in `bin`, and runs until it fails nothing."""
        at, into = folder(), folder()
        (at / "bin").mkdir()
        once = at / "once"
        os.symlink(instead(f"if mkdir {once} 2>/dev/null; then REAL \"$@\" | head -c 5000; kill -9 $$; fi; exec REAL \"$@\""), at / "bin" / "claimaudit")
        exports = sorted((SAMPLES / "nights").glob("*.csv"))
        run("lines", *exports, "-o", at / "run", "--parts", parts, *SETTINGS)
        env = os.environ | {"PATH": f"{at / 'bin'}:{os.environ['PATH']}", "TMPDIR": str(folder())}
        self.assertNotEqual(judging(at, env), 0)
        self.assertTrue(once.exists())
        early = subprocess.run([program(), "merge", at / "run", at / "run" / "parts", "-o", into / "early.json"], capture_output=True)
        self.assertEqual(early.returncode, 2)
        self.assertEqual(judging(at, env), 0)
        self.assertEqual(outputs(folder(), "merge", at / "run", at / "run" / "parts"), outputs(into, "audit", *exports, *SETTINGS))
        self.assertEqual({p.stat().st_mode & 0o077 for p in (at / "run" / "parts").iterdir()}, {0})

    @unittest.skipUnless(shutil.which("parallel"), "NOT TESTED: GNU parallel is not here")
    def test_recipe_of_parallel(self):
        """The commands of the page, as they stand there."""
        page = (HERE / "README.md").read_text("utf-8")
        commands = page[page.index("## Other engines"):].split("```")[1]
        lines, *judging, merge = commands.strip().splitlines()
        self.assertRegex(lines, "^claimaudit lines exports/.* -o run --parts 64 ")
        self.assertEqual(merge, "claimaudit merge run run/parts -o claim-audit.xlsx")
        self.recipe(lambda at, env: subprocess.run(["sh", "-uc", "\n".join(judging)], cwd=at, env=env, capture_output=True).returncode, 7)

    def test_recipe_of_slurm(self):
        """The script, given to a stand-in for sbatch as its head says: it runs each task of the array once."""
        script = (HERE / "slurm.sh").read_text("utf-8")
        given = next(line for line in script.splitlines() if "sbatch --array" in line).split("  ")[1]

        def judging(at, env):
            (at / "bin" / "sbatch").write_text('''#!/bin/bash
                array=${1#--array=} status=0
                for ((task = ${array%-*}; task <= ${array#*-}; task++)); do
                    SLURM_ARRAY_TASK_ID=$task SLURM_JOB_ID=$((100 + task)) bash "$2" || status=$?
                done
                exit $status''')
            (at / "bin" / "sbatch").chmod(0o700)
            command = given.replace("/shared/run", str(at / "run")).replace("0-63", "0-4").replace("slurm.sh", str(HERE / "slurm.sh"))
            return subprocess.run(["sh", "-c", command], env=env, capture_output=True).returncode

        self.recipe(judging, 5)

    def test_recipe_of_kubernetes(self):
        """The command of the container, by a shell, for each index of the job; indexes that fail are begun again alone."""
        manifest = (HERE / "kubernetes.yaml").read_text("utf-8")
        block = manifest[manifest.index("            - |\n") + len("            - |\n"):manifest.index("          env:")]
        done = set()

        def judging(at, env):
            command = textwrap.dedent(block).replace("/run-of-claims", str(at / "run"))
            for index in {0, 1, 2, 3} - done:
                pod = env | {"JOB_COMPLETION_INDEX": str(index), "HOSTNAME": f"claimaudit-{index}-{len(done)}"}
                if subprocess.run(["/bin/sh", "-ec", command], env=pod, capture_output=True).returncode == 0:
                    done.add(index)
            return len(done) - 4

        self.recipe(judging, 4)

    @unittest.skipUnless(importlib.util.find_spec("kubernetes_validate"), "NOT TESTED: kubernetes-validate is not here")
    def test_kubernetes_knows_the_fields(self):
        import kubernetes_validate
        import yaml
        manifest = yaml.safe_load((HERE / "kubernetes.yaml").read_text("utf-8"))
        for version in "1.29", "1.31", kubernetes_validate.latest_version():
            kubernetes_validate.validate(manifest, version, strict=True)

    def test_hostile_values_survive(self):
        export = folder() / "export.csv"
        with open(SAMPLES / "faults.csv", encoding="utf-8", newline="") as f:
            header, *lines = csv.reader(f)
        patient = header.index(next(h for h in header if "patient" in h.lower()))
        for line, odd in zip(lines, ['say "x"', "two\nlines", "tab\there", "nul\0l", "M\xfcller", "a'b", "\x1b[1m", ",", "\\N"] * 50):
            line[patient] += odd
        with open(export, "w", encoding="latin-1", newline="") as f:
            csv.writer(f).writerows([header, *lines])
        want = outputs(folder(), "audit", export, *SETTINGS)
        of, parts = prepared(export), folder()
        (parts / "one").write_bytes(text(job.judge(plan(of), batches(rows(of)))))
        self.assertEqual(outputs(folder(), "merge", of, parts), want)

    def test_empty(self):
        for given in ([], [pa.record_batch({"value": pa.array([], pa.string())})]):
            wrote = text(job.judge(plan(self.prepared), iter(given)))
            self.assertTrue(wrote.splitlines()[-1].startswith(b"#end 0 0 "), wrote[-200:])

    def test_status(self):
        self.refused("cat >/dev/null; exit 1", "ended with status 1")
        self.refused("exit 2", "ended with status 2")
        self.refused("REAL \"$@\"; exit 3", "ended with status 3")
        self.refused("kill -9 $$", "ended with status -9")

    def test_no_end(self):
        self.refused("REAL \"$@\" | sed '$d'; exit 0", "has no end")
        self.refused("REAL \"$@\" | head -c -1; exit 0", "has no end")
        self.refused("cat >/dev/null; exit 0", "has no end")
        self.refused("exit 0", "has no end")

    def test_short_count(self):
        self.refused(f"head -n {len(self.rows) - 1} | REAL \"$@\"; exit", f"sent {len(self.rows)} rows")
        self.refused("REAL \"$@\" </dev/null; exit", "sent")

    def test_other_run(self):
        self.refused("REAL \"$@\" | sed '$s/.$/_/'; exit", "not with this run")

    def test_hang(self):
        for of_judge in "sleep 60 >/dev/null", "cat >/dev/null; exec sleep 60", "exec sleep 60", "REAL \"$@\"; exec sleep 60":
            began = time.monotonic()
            self.refused(of_judge if "exec" in of_judge else "exec " + of_judge, "has not ended within 2 seconds", timeout=2)
            self.assertLess(time.monotonic() - began, 30, of_judge)

    def test_abandoned(self):
        told = folder() / "pid"
        endless = instead(f"echo $$ >{told}; exec cat /dev/zero")
        found = job.judge(plan(self.prepared, endless), batches(self.rows))
        next(found)
        found.close()
        with self.assertRaises(ProcessLookupError):
            os.kill(int(told.read_text()), 0)
        self.assertEqual([t for t in threading.enumerate() if isinstance(t, (job.Feed, threading.Timer))], [])
        self.clean()

    def test_fault_of_what_comes_before(self):
        def broken():
            yield from batches(self.rows[:10])
            raise OSError("the shuffle is gone")
        with self.assertRaisesRegex(OSError, "the shuffle is gone"):
            list(job.judge(plan(self.prepared), broken()))
        self.clean()

    def test_program(self):
        with self.assertRaisesRegex(RuntimeError, "not the one that was sent"):
            list(job.judge(plan(self.prepared) | {"sha256": "0" * 64}, batches(self.rows)))
        other = instead("exit")
        with self.assertRaisesRegex(RuntimeError, "on the driver 'claimaudit 0"):
            list(job.judge(plan(self.prepared, other) | {"version": "claimaudit 0"}, batches(self.rows)))
        foreign = folder() / "claimaudit"
        data = bytearray(pathlib.Path(program()).read_bytes()[:1 << 16])
        data[18:20] = (0x2A).to_bytes(2, "little")  # the number of a machine that nobody has: SuperH
        foreign.write_bytes(data)
        with self.assertRaisesRegex(RuntimeError, "needs linux/(amd64|arm64)$"):
            list(job.judge(plan(self.prepared) | {"program": str(foreign), "sha256": job.sha256(foreign)}, batches(self.rows)))

    def test_once_a_worker(self):
        told = folder() / "calls"
        path = folder() / "claimaudit"
        path.write_text(f'#!/bin/sh\necho $1 >>{told}\nexec {program()} "$@"\n')
        path.chmod(0o700)
        of = plan(self.prepared, str(path))
        told.unlink()
        for _ in range(3):
            text(job.judge(of, batches(self.rows)))
        self.assertEqual(told.read_text().split(), ["version", "judge", "judge", "judge"])

    def test_table_as_csv(self):
        odd = ["00142", None, 'say "x"', "two\r\nlines", "", "a,b", "nul\0", " 1 "]
        blocks = job.as_csv([pa.record_batch({"a": odd, "b": odd[::-1]})])
        wrote = b"".join(b.column(0)[0].as_py() for b in blocks).decode()
        with open(folder() / "x.csv", "w+", newline="") as f:
            f.write(wrote)
            f.seek(0)
            self.assertEqual([tuple(row) for row in csv.reader(f)], [(a or "", b or "") for a, b in zip(odd, odd[::-1])])


def missing():
    """What a Spark of its own needs and is not here."""
    if not importlib.util.find_spec("pyspark"):
        return "pyspark"
    return "" if shutil.which("java") or os.environ.get("JAVA_HOME") else "Java"


on_request = unittest.skipUnless(os.environ.get("CLAIMAUDIT_SPARK_ALL") and not missing(), "NOT TESTED: unless CLAIMAUDIT_SPARK_ALL=1")


def own_home():
    """A SPARK_HOME that may be written: executors have their folders in it."""
    import pyspark
    home = folder()
    for name in ("bin", "jars", "python"):
        os.symlink(pathlib.Path(pyspark.__file__).parent / name, home / name)
    return str(home)


def delta_jars():
    """The jars of Delta, for a session."""
    return ",".join(sorted(glob.glob(os.environ.get("CLAIMAUDIT_DELTA_JARS", "") + "/*.jar")))


def timed(what, lines, began):
    print(f"{what}: {lines} lines in {time.monotonic() - began:.1f} s", flush=True)


@unittest.skipIf(missing(), f"NOT TESTED ON SPARK: {missing()} is not here")
class OnSpark(unittest.TestCase):
    """One application of three executor JVMs, several jobs. Faults are made by programs that stand in for the real one."""

    @classmethod
    def setUpClass(cls):
        os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable, "SPARK_HOME": own_home()}
        from pyspark.sql import SparkSession
        started = SparkSession.builder.master("local-cluster[3,1,2048]").config(map={
            "spark.executor.memory": "1g", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"})
        jars = delta_jars()
        cls.delta = bool(jars)
        if jars:
            started.config(map={"spark.jars": jars, "spark.databricks.delta.snapshotPartitions": "1", "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
                                "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog"})
        cls.spark = started.getOrCreate()
        cls.export = folder() / "export.csv"
        subprocess.run(["go", "run", "./samples/generate", "-lines", str(LINES), "-layout", "short", "-faults", "rate=0.05", "-o",
                        cls.export], cwd=ROOT, check=True)
        began = time.monotonic()
        cls.want = outputs(folder(), "audit", cls.export, *SETTINGS)
        timed("one process, audit", LINES, began)
        began = time.monotonic()
        cls.prepared = prepared(cls.export)
        timed("one process, lines", LINES, began)

    @classmethod
    def tearDownClass(cls):
        cls.spark.stop()

    def audit(self, given, partitions=7, program_path=None, own=(), settings=()):
        """Runs the job, and gives its folder."""
        work = folder() / "work"
        began = time.monotonic()
        job.main([str(work), str(given), "--partitions", str(partitions), "--claimaudit", program_path or program(), *own,
                  *(["--", *settings] if settings else [])])
        timed(f"Spark, {partitions} partitions", LINES, began)
        return work

    def told(self, path):
        context = self.spark.sparkContext
        with urllib.request.urlopen(f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}/{path}") as answer:
            return json.load(answer)

    def judging(self, since):
        """The stages of as many tasks as there are partitions that began since."""
        return [s for s in self.told("stages") if s["stageId"] >= since and s["numTasks"] == 9]

    def same(self, work, of=None):
        began = time.monotonic()
        self.assertEqual(outputs(folder(), "merge", of or self.prepared, work / "parts"), self.want)
        timed("merge", LINES, began)

    def test_bytes_of_one_process(self):
        work = self.audit(self.prepared)
        self.same(work)
        self.refused_by_merge(work)

    def refused_by_merge(self, work):
        parts = sorted((work / "parts").iterdir())
        self.assertEqual(len(parts), 7)

        def refused(spoil):
            spoiled = folder() / "parts"
            shutil.copytree(work / "parts", spoiled)
            spoil(spoiled)
            out = spoiled.parent / "out.json"
            done = subprocess.run([program(), "merge", self.prepared, spoiled, "-o", out], capture_output=True, text=True)
            self.assertEqual((done.returncode, out.exists()), (2, False), done.stderr)
            return done.stderr

        name = parts[3].name
        whole = parts[3].read_bytes()
        self.assertIn(name, refused(lambda at: (at / name).write_bytes(whole[:-9])))
        self.assertIn(name, refused(lambda at: (at / name).write_bytes(whole[:whole.rindex(b"#end")])))
        self.assertIn("copy", refused(lambda at: (at / "copy").write_bytes(whole)))
        refused(lambda at: (at / name).unlink())

    def test_executor_killed(self):
        slow = instead("sleep 2; exec REAL \"$@\"")
        killed = []
        since = max((s["stageId"] for s in self.told("stages")), default=-1) + 1

        def kill():
            until = time.monotonic() + 300
            while not killed and time.monotonic() < until:
                time.sleep(0.2)
                for stage in self.judging(since):
                    if stage["status"] == "ACTIVE" and stage["numCompleteTasks"] * 4 >= stage["numTasks"]:
                        killed.append(executors(self.spark.sparkContext.applicationId)[0])
                        os.kill(killed[0], signal.SIGKILL)
                        return

        killer = threading.Thread(target=kill)
        killer.start()
        work = self.audit(self.prepared, partitions=9, program_path=slow)
        killer.join()
        self.assertTrue(killed)
        self.assertTrue([e for e in self.told("allexecutors") if not e["isActive"]])
        self.same(work)

    def test_judge_killed(self):
        once = folder() / "once"
        since = max((s["stageId"] for s in self.told("stages")), default=-1) + 1
        work = self.audit(self.prepared, partitions=9, program_path=instead(
            f"if mkdir {once} 2>/dev/null; then head -c 1000 >/dev/null; kill -9 $$; fi; exec REAL \"$@\""))
        self.assertTrue(once.exists())
        self.assertIn(1, [s["numFailedTasks"] for s in self.judging(since)])
        self.same(work)

    def test_tables(self):
        """From a table to the bytes of an audit of what was written of it; the driver reads, Spark has the table."""
        with open(self.export, encoding="utf-8", newline="") as f:
            header, *lines = csv.reader(f)
        at = folder()
        pyarrow.parquet.write_table(pa.table({name: [line[n] for line in lines] for n, name in enumerate(header)}), at / "t.parquet")
        work = self.audit(f"parquet:file://{at / 't.parquet'}", own=["--shared", f"file://{at / 'shared'}"], settings=SETTINGS)
        exported, = glob.glob(f"{work}/exports/*/export.csv")
        with open(exported, encoding="utf-8", newline="") as f:
            self.assertEqual(list(csv.reader(f)), [header, *lines])
        self.assertEqual(outputs(folder(), "merge", work / "prepared", work / "parts"), outputs(folder(), "audit", exported, *SETTINGS))

    def test_types(self):
        table = self.spark.sql("""select '00142' `Patient ID`, 1234567890D claim, double('NaN') none, 2.5D half, date'2024-01-02' day,
            12.50BD amount, 7 `a.b`, cast(null as int) `q"x`, 'a"b' || chr(10) || chr(0) t""")
        at = folder()
        table.write.parquet(str(at / "t"))
        with open(job.export(self.spark, f"parquet:file://{at / 't'}", at / "exports"), newline="") as f:
            self.assertEqual(list(csv.reader(f)), [
                ["Patient ID", "claim", "none", "half", "day", "amount", "a.b", 'q"x', "t"],
                ["00142", "1234567890", "", "2.5", "2024-01-02", "12.50", "7", "", 'a"b\n\0']])
        (at / "files").mkdir()
        for name in "a.csv", "b.csv":
            (at / "files" / name).write_bytes(b"M\xfcller\r\n" + name.encode())
        into = pathlib.Path(job.export(self.spark, f"files:file://{at / 'files'}", at / "exports"))
        self.assertEqual({p.name: p.read_bytes() for p in into.iterdir()}, {n: b"M\xfcller\r\n" + n.encode() for n in ("a.csv", "b.csv")})
        with self.assertRaisesRegex(SystemExit, "column codes is of type array"):
            self.spark.sql("select array(1) codes").write.parquet(str(at / "nested"))
            job.export(self.spark, f"parquet:file://{at / 'nested'}", at / "exports")

    def test_delta(self):
        if not self.delta:
            self.skipTest("NOT TESTED: Delta, as CLAIMAUDIT_DELTA_JARS names no folder with its jars")
        at = folder()
        self.spark.sql("select '00142' a, date'2024-01-02' b").write.format("delta").save(str(at / "t"))
        with open(job.export(self.spark, f"delta:file://{at / 't'}", at / "exports"), newline="") as f:
            self.assertEqual(list(csv.reader(f)), [["a", "b"], ["00142", "2024-01-02"]])


@on_request
class OnSeveralHosts(unittest.TestCase):
    """A master and workers of their own, each with an address of its own: Spark starts a second attempt on another host alone,
    and those of local-cluster are one."""

    def setUp(self):
        self.env = os.environ | {"SPARK_HOME": own_home(), "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.daemon("master.Master", "--host", "127.0.0.1", "--port", self.port, "--webui-port", "0")
        for n in 2, 3:
            self.daemon("worker.Worker", "--host", f"127.0.0.{n}", "--cores", "1", "--memory", "1g", "--webui-port", "0", "-d", folder(),
                        f"spark://127.0.0.1:{self.port}")

    def daemon(self, name, *given):
        """Starts a part of a cluster, which ends with the test."""
        started = subprocess.Popen([f"{self.env['SPARK_HOME']}/bin/spark-class", f"org.apache.spark.deploy.{name}", *map(str, given)], env=self.env,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(started.wait)
        self.addCleanup(started.terminate)

    def test_speculation(self):
        """A judge that is slow is begun a second time, and what one of the two wrote is taken."""
        of, once, log, work = prepared(SAMPLES / "faults.csv"), folder() / "once", folder(), folder() / "work"
        slow = instead(f"if mkdir {once} 2>/dev/null; then sleep 60 <&- >&-; fi; exec REAL \"$@\"")
        conf = {"spark.executor.memory": "1g", "spark.speculation": "true", "spark.speculation.multiplier": "1.5",
                "spark.speculation.quantile": "0.5", "spark.speculation.minTaskRuntime": "3s", "spark.speculation.efficiency.enabled": "false",
                "spark.eventLog.enabled": "true", "spark.eventLog.compress": "false", "spark.eventLog.dir": f"file://{log}"}
        submit = " ".join(f"--conf {name}={value}" for name, value in conf.items())
        done = subprocess.run([sys.executable, HERE / "claimaudit_spark.py", work, of, "--claimaudit", slow, "--partitions", "6"],
                              capture_output=True, text=True, timeout=1500, env=self.env | {
                                  "PYSPARK_SUBMIT_ARGS": f"--master spark://127.0.0.1:{self.port} {submit} pyspark-shell"})
        self.assertEqual(done.returncode, 0, done.stderr[-4000:])
        told = "".join(path.read_text() for path in log.rglob("events_*"))
        self.assertIn('"Speculative":true', told)
        self.assertEqual(outputs(folder(), "merge", of, work / "parts"), outputs(folder(), "audit", SAMPLES / "faults.csv", *SETTINGS))


@on_request
class OnConnect(unittest.TestCase):
    def test_bytes_of_one_process(self):
        export = SAMPLES / "faults.csv"
        work = folder() / "work"
        done = subprocess.run([sys.executable, HERE / "claimaudit_spark.py", work, export, "--claimaudit", program(), "--partitions", "3",
                               "--", *SETTINGS], capture_output=True, text=True, timeout=1500,
                              env=os.environ | {"SPARK_REMOTE": "local[2]", "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable})
        self.assertEqual(done.returncode, 0, done.stderr[-4000:])
        self.assertEqual(outputs(folder(), "merge", work / "prepared", work / "parts"), outputs(folder(), "audit", export, *SETTINGS))


def executors(application):
    """The executor JVMs of this application, by the arguments they were started with."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            words = pathlib.Path(path).read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if "org.apache.spark.executor.CoarseGrainedExecutorBackend" in words and application in words:
            found.append(int(path.split("/")[2]))
    return found


if __name__ == "__main__":
    unittest.main()
