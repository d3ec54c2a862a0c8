//! A private PostgreSQL cluster in a folder: one unix socket, durable commits, stopped and gone with its value.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where Debian puts the programs of its PostgreSQL 15.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// Memory for pages and no checkpoint inside a run: both to its good. What makes a commit durable stays as it comes.
const SETTINGS: &str = "
listen_addresses = ''
max_connections = 20
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = minimal
max_wal_senders = 0
wal_compression = lz4
wal_buffers = 64MB
shared_buffers = 2GB
work_mem = 64MB
maintenance_work_mem = 256MB
max_wal_size = 8GB
min_wal_size = 2GB
checkpoint_timeout = 30min
deadlock_timeout = 50ms
jit = off
max_parallel_workers_per_gather = 0
random_page_cost = 1.1
";

pub struct Cluster {
    server: Child,
    folder: PathBuf,
}

impl Cluster {
    /// Makes a cluster below `folder` and starts it.
    ///
    /// # Errors
    /// If PostgreSQL 15 is missing, with the command that installs it.
    pub fn start(folder: &Path) -> Result<Cluster, String> {
        if !Path::new(PROGRAMS).join("initdb").exists() {
            return Err("PostgreSQL 15 is missing\n    fix  sudo apt-get install -y --no-install-recommends postgresql-15".to_owned());
        }
        let failed = |error: std::io::Error| format!("PostgreSQL: {error}");
        // Both folders belong to the server's user, and the way to them is open.
        let outer = folder.parent().unwrap_or(folder);
        for path in [outer, folder] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).map_err(failed)?;
        }
        own(folder)?;
        let data = folder.join("data");
        let mut initdb = as_server("initdb");
        initdb.args(["--auth=trust", "--username=bench", "--encoding=UTF8", "--no-locale", "--pgdata"]).arg(&data);
        let output = initdb.current_dir(folder).output().map_err(failed)?;
        if !output.status.success() {
            return Err(format!("initdb: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let conf = data.join("postgresql.conf");
        let text = std::fs::read_to_string(&conf).map_err(failed)?;
        std::fs::write(&conf, text + SETTINGS).map_err(failed)?;
        let mut server = as_server("postgres");
        server.arg("-D").arg(&data).arg("-k").arg(folder).current_dir(folder);
        server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut cluster = Cluster { server: server.spawn().map_err(failed)?, folder: folder.to_owned() };
        cluster.wait()?;
        Ok(cluster)
    }

    /// What `postgres::Client::connect` takes.
    pub fn address(&self) -> String {
        format!("host={} user=bench dbname=postgres", self.folder.display())
    }

    /// Reads the server's log until it takes connections; what it says later is read by nobody, but read.
    fn wait(&mut self) -> Result<(), String> {
        let mut log = BufReader::new(self.server.stderr.take().ok_or("PostgreSQL: its log is gone")?);
        let mut said = String::new();
        while !said.contains("ready to accept connections") {
            if log.read_line(&mut said).map_err(|error| format!("PostgreSQL: {error}"))? == 0 {
                return Err(format!("PostgreSQL ended: {said}"));
            }
        }
        std::thread::spawn(move || log.lines().map_while(Result::ok).for_each(drop));
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // In order, and at once.
        let mut stop = as_server("pg_ctl");
        stop.args(["stop", "--mode=fast", "--silent", "-D"]).arg(self.folder.join("data")).current_dir(&self.folder);
        let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
        let _ = self.server.wait();
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|facts| std::os::unix::fs::MetadataExt::uid(&facts) == 0)
}

/// The program, run by its own user where we are root: it refuses to be root.
fn as_server(program: &str) -> Command {
    let path = Path::new(PROGRAMS).join(program);
    if !is_root() {
        return Command::new(path);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=INT", "--"]).arg(path);
    command
}

fn own(folder: &Path) -> Result<(), String> {
    if !is_root() {
        return Ok(());
    }
    let status = Command::new("chown").arg("postgres:").arg(folder).status();
    if status.is_ok_and(|status| status.success()) { Ok(()) } else { Err("PostgreSQL: its folder cannot be given to its user".to_owned()) }
}
