//! Listening: one public listener whose doors are chosen by `Host`, one loopback listener for the operator.

use crate::admin::AdminDoor;
use crate::config::Tls;
use crate::desk::DeskDoor;
use crate::door::{self, Reply, Visit};
use crate::gateway::proxy::{BoxError, Earlier, Forwarded, Limits, Proto, Service, http1_server};
use crate::gateway::{AUTH_PATH, SiteDoor};
use crate::host::Host;
use crate::instance::Instance;
use crate::ops::OpsDoor;
use crate::wallet::WalletDoor;
use crate::web::Link;
use crate::web::headers::Reach;
use crate::web::lang::plain;
use crate::world;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use money::Party;
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};

/// Connections served at once; more wait in the system's queue.
const MOST_CONNECTIONS: usize = 10_000;
/// How long requests under way have to end after the signal.
const GRACE: Duration = Duration::from_secs(10);

/// All doors of an instance.
pub struct Doors {
    instance: Arc<Instance>,
    sites: BTreeMap<String, SiteDoor>,
    wallet: WalletDoor,
    desk: Option<DeskDoor>,
    admin: Option<(String, AdminDoor)>,
    ops: OpsDoor,
}

/// Whom a door takes every browser for that brings no login. Only the demo has such guests: everybody at its machine.
#[derive(Clone, Copy, Default, Debug)]
pub struct Guests {
    /// In the wallet.
    pub wallet: Option<Party>,
    /// At the desk.
    pub desk: Option<Party>,
    /// At the operator's door.
    pub admin: Option<Party>,
}

/// The sockets to serve on, already bound: a test hands in port 0.
pub struct Listeners {
    /// Sites and wallet.
    pub public: TcpListener,
    /// The operator's port.
    pub ops: TcpListener,
}

#[derive(Clone, Copy)]
enum Side {
    Public,
    Ops,
}

impl Doors {
    /// The doors of an instance; in the demo every browser is signed in as one of its guests.
    ///
    /// # Errors
    /// If a site's origin can't be used.
    pub fn new(instance: Arc<Instance>, guests: Guests) -> anyhow::Result<Doors> {
        let mut sites = BTreeMap::new();
        for (name, site) in &instance.config.site {
            sites.insert(site.host.clone(), SiteDoor::new(Arc::clone(&instance), name)?);
        }
        Ok(Doors::with(instance, guests, sites))
    }

    /// The same where a service in this process makes the pages of one site.
    ///
    /// # Errors
    /// If there is no such site, or another one's origin can't be used.
    pub fn around(instance: Arc<Instance>, site_name: &str, service: &Service) -> anyhow::Result<Doors> {
        let mut sites = BTreeMap::new();
        for (name, site) in &instance.config.site {
            let door = if name == site_name {
                SiteDoor::inside(Arc::clone(&instance), name, service.clone())?
            } else {
                SiteDoor::new(Arc::clone(&instance), name)?
            };
            sites.insert(site.host.clone(), door);
        }
        Ok(Doors::with(instance, Guests::default(), sites))
    }

    fn with(instance: Arc<Instance>, guests: Guests, sites: BTreeMap<String, SiteDoor>) -> Doors {
        let wallet = WalletDoor::new(Arc::clone(&instance), guests.wallet);
        let desk = instance.config.desk.is_some().then(|| DeskDoor::new(Arc::clone(&instance), guests.desk));
        let admin = instance.config.admin.as_ref().map(|door| door.host.clone());
        let admin = admin.map(|host| (host.clone(), AdminDoor::new(Arc::clone(&instance), &host, guests.admin)));
        let ops = OpsDoor::new(Arc::clone(&instance));
        Doors { instance, sites, wallet, desk, admin, ops }
    }

    /// Serves until `shutdown` resolves, then lets requests under way end.
    pub async fn serve(self, listeners: Listeners, shutdown: impl Future<Output = ()>) {
        let doors = Arc::new(self);
        let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        let (ending, end) = watch::channel(());
        // Every connection holds a sender; when the last is dropped, all have ended.
        let (alive, mut all_ended) = mpsc::channel::<()>(1);
        tokio::pin!(shutdown);
        loop {
            let place = Arc::clone(&places).acquire_owned().await.expect("the semaphore is never closed");
            let (accepted, side) = tokio::select! {
                accepted = listeners.public.accept() => (accepted, Side::Public),
                accepted = listeners.ops.accept() => (accepted, Side::Ops),
                () = &mut shutdown => break,
            };
            // A connection that ends while it is being accepted is no reason to stop accepting.
            let Ok((stream, peer)) = accepted else { continue };
            let (doors, end, alive) = (Arc::clone(&doors), end.clone(), alive.clone());
            tokio::spawn(async move {
                doors.connection(stream, (peer, side), end).await;
                drop((place, alive));
            });
        }
        drop((ending, alive));
        doors.sites.values().for_each(SiteDoor::stop_streams);
        let _ = tokio::time::timeout(GRACE, all_ended.recv()).await;
    }

    /// Serves one connection until it ends; asked to end, it answers what is under way and closes.
    async fn connection(self: Arc<Self>, stream: TcpStream, (peer, side): (SocketAddr, Side), mut end: watch::Receiver<()>) {
        // Small answers leave at once; a socket that cannot do that is no worse for it.
        let _ = stream.set_nodelay(true);
        let service = service_fn(move |request| {
            let doors = Arc::clone(&self);
            async move { Ok::<_, Infallible>(doors.answer(request, (peer, side)).await) }
        });
        let connection = http1_server(&Limits::default()).serve_connection(TokioIo::new(stream), service).with_upgrades();
        tokio::pin!(connection);
        // How a connection ends is the client's affair; what was answered is durable either way.
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = end.changed() => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }

    /// Answers a request that came from there, by the door that its `Host` names.
    pub async fn public<B>(&self, request: Request<B>, peer: SocketAddr) -> Reply
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.answer(request, (peer, Side::Public)).await
    }

    async fn answer<B>(&self, request: Request<B>, (peer, side): (SocketAddr, Side)) -> Reply
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let trusted = self.instance.config.trusted_proxies.contains(&peer.ip());
        // Some servers ask about a request under our own name and say in a field of theirs whom it was for.
        let asks = trusted && request.uri().path() == AUTH_PATH;
        let forwarded = if asks { Host::forwarded(request.headers()) } else { None };
        let host = match forwarded.map_or_else(|| Host::of(request.headers(), request.uri()), Ok) {
            Ok(host) => host,
            Err(problem) => return door::problem(&problem, &self.instance.wallet_url()),
        };
        let client_ip = if trusted { forwarded_for(request.headers()).unwrap_or(peer.ip()) } else { peer.ip() };
        let reach = match self.instance.config.tls {
            Tls::BehindProxy => Reach::Public,
            Tls::Off => Reach::Loopback,
        };
        let request_id = protocol::text::base32(&world::random::<8>());
        let visit = Visit { client_ip, request_id, now: world::now(), reach, lang: door::lang(request.headers()) };
        if matches!(side, Side::Ops) {
            return self.ops.handle(request, &visit).await;
        }
        let name = host.name();
        if asks && !self.sites.contains_key(name) {
            return door::problem(&Problem::Misdirected, &self.instance.wallet_url());
        }
        if name == self.instance.config.wallet.host {
            return self.wallet.handle(request, &visit).await;
        }
        if let (Some(desk), Some(door)) = (&self.desk, &self.instance.config.desk)
            && name == door.host
        {
            return desk.handle(request, &visit).await;
        }
        if let Some((_, admin)) = self.admin.as_ref().filter(|(host, _)| host == name) {
            return admin.handle(request, &visit).await;
        }
        match self.sites.get(name) {
            Some(site) => {
                let proto = if reach == Reach::Public { Proto::Https } else { Proto::Http };
                let host = HeaderValue::from_str(host.as_str()).unwrap_or(HeaderValue::from_static("localhost"));
                let earlier = if trusted { Earlier::Trusted } else { Earlier::Replaced };
                site.handle(request, &visit, Forwarded { client_ip: peer.ip(), proto, host, earlier }).await
            }
            None => {
                let way_on = Link { text: plain!(visit.lang, "to-wallet"), href: self.instance.wallet_url() };
                door::refuse(request.headers(), &visit, &Problem::Misdirected, (&self.instance, way_on))
            }
        }
    }
}

/// The client as the proxy in front saw it: the last address it added.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    headers.get_all("x-forwarded-for").into_iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}
