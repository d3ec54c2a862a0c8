//! Debian's nginx in front of a shop, with a shared cache on the site's host.

use super::tools::{run, tool};
use std::fs;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A running nginx; it ends with the test.
pub struct Nginx {
    child: Child,
    folder: TempDir,
}

/// How the cache of the site's host behaves.
pub const HEEDFUL: &str = "proxy_cache shared; proxy_cache_valid any 10m;";
/// Keeps what it is told not to keep, by whole address.
pub const LEAKING: &str = "proxy_cache shared; proxy_cache_valid any 10m; proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;";
/// The same by path alone.
pub const LEAKING_BY_PATH: &str =
    "proxy_cache shared; proxy_cache_key $uri; proxy_cache_valid any 10m; proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;";

impl Nginx {
    /// Listens on `port` and passes everything to `behind`; what stands on `news.localhost` goes through the cache.
    pub fn start(port: u16, behind: u16, cache: &str) -> Nginx {
        let pass = format!(
            "proxy_pass http://127.0.0.1:{behind}; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;"
        );
        Nginx::serving(
            port,
            &format!(
                "proxy_cache_path cache keys_zone=shared:1m;
                 server {{ listen 127.0.0.1:{port}; server_name news.localhost; location / {{ {pass} {cache} }} }}
                 server {{ listen 127.0.0.1:{port} default_server; location / {{ {pass} }} }}"
            ),
        )
    }

    /// Runs server blocks; one of them listens on `port`.
    pub fn serving(port: u16, servers: &str) -> Nginx {
        let program = tool("nginx/usr/sbin/nginx", "nginx");
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display();
        let user = if run(Command::new("id").arg("-u"), "coreutils").stdout.trim_ascii() == b"0" { "user root;" } else { "" };
        let config = format!(
            "daemon off; worker_processes 1; pid {at}/pid; error_log {at}/error.log; {user}
             events {{ worker_connections 64; }}
             http {{
               access_log off; server_names_hash_bucket_size 64;
               types {{ text/html html; }}
               client_body_temp_path {at}/body; proxy_temp_path {at}/proxy; fastcgi_temp_path {at}/fastcgi;
               uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;
               {servers}
             }}"
        );
        fs::write(folder.path().join("nginx.conf"), config).unwrap();
        let mut command = Command::new(program);
        command.arg("-p").arg(folder.path()).arg("-e").arg(folder.path().join("error.log")).args(["-c", "nginx.conf"]);
        let child = command.stdin(Stdio::null()).spawn().unwrap();
        let mut nginx = Nginx { child, folder };
        nginx.wait(port);
        nginx
    }

    fn wait(&mut self, port: u16) {
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return;
            }
            assert!(self.child.try_wait().unwrap().is_none(), "nginx ended: {}", self.log());
            std::thread::park_timeout(Duration::from_millis(10));
        }
        panic!("nginx does not listen: {}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }

    /// Its version, as it tells it.
    pub fn version() -> String {
        let output = run(Command::new(tool("nginx/usr/sbin/nginx", "nginx")).arg("-v"), "nginx");
        super::tools::text(&output.stderr).trim().rsplit('/').next().unwrap_or_default().to_owned()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Asked to end, the master takes its workers along.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}
