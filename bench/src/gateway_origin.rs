//! The origin behind the proxy: a small page for every path, by hyper, on a thread of its own.

use anyhow::Result;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Length of its pages.
pub const BODY_BYTES: usize = 1_024;

/// Starts it; it runs until the process ends.
pub fn start() -> Result<SocketAddr> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || runtime.block_on(serve(listener)));
    Ok(address)
}

async fn serve(listener: std::net::TcpListener) -> Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let page = Bytes::from(vec![b'x'; BODY_BYTES]);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let page = page.clone();
        let service = service_fn(move |_: Request<Incoming>| {
            let page = page.clone();
            async move {
                let mut reply = Response::new(Full::new(page));
                reply.headers_mut().insert("content-type", hyper::header::HeaderValue::from_static("text/plain"));
                Ok::<_, Infallible>(reply)
            }
        });
        tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}
