//! A `tower` layer: a Rust service charges for what it answers without a proxy in front, by the same gateway, books and pages.
//!
//! The program opens an instance from its `farthing.toml`, whose site has `origin = "inside"`, and puts the layer around its whole
//! service. Requests for the site's host come to the service when they are free or paid, as they would come to an origin: without
//! credentials, with `Farthing-Paid`. Requests for the hosts of wallet, desk and admin are answered here. Any other host is refused,
//! since a request under a name that nobody prices would be free.

use crate::commands::chain;
use crate::config::Config;
use crate::gateway::proxy::{Body, BoxError, Origin, Service};
use crate::instance::{Instance, Opened, SharedClock};
use crate::keepers::{self, Keepers};
use crate::serve::Doors;
use crate::world;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use thiserror::Error;
use tower::ServiceExt;

/// An instance in a program of one's own. It is alone with its data folder, as `farthing serve` is.
pub struct Farthing {
    opened: Opened,
    keepers: Keepers,
}

/// Why an instance cannot be opened, or a site has no layer.
#[derive(Error, Debug)]
#[error("{0}")]
pub struct LayerError(String);

/// Puts the gateway of one site around a service.
#[derive(Clone)]
pub struct PayLayer {
    instance: Arc<Instance>,
    site: String,
}

/// A service whose priced pages are paid for. Clones share everything.
#[derive(Clone)]
pub struct Paid(Arc<Doors>);

impl Farthing {
    /// Opens the instance that a configuration describes, and begins what it does by itself. Needs a running tokio.
    ///
    /// # Errors
    /// [`LayerError`] with what is wrong and where.
    pub async fn open(config: &Path) -> Result<Farthing, LayerError> {
        let config = Config::load(config).map_err(|error| LayerError(error.to_string()))?;
        let clock: SharedClock = Arc::new(world::now);
        let opened = Opened::open(config, clock).await.map_err(|error| LayerError(chain(&error)))?;
        let keepers = keepers::start(&opened.instance);
        Ok(Farthing { opened, keepers })
    }

    /// The layer of a site of the configuration, whose origin is `inside`.
    ///
    /// # Errors
    /// [`LayerError`] if there is no such site, its pages come from elsewhere, or another site's come from inside too.
    pub fn layer(&self, site: &str) -> Result<PayLayer, LayerError> {
        let sites = &self.opened.instance.config.site;
        if !sites.contains_key(site) {
            return Err(LayerError(format!("there is no [site.{site}] in the configuration")));
        }
        for (name, settings) in sites {
            let is_inside = settings.origin.parse::<Origin>().is_ok_and(|origin| origin.is_inside());
            if is_inside != (name == site) {
                return Err(LayerError(format!(
                    "[site.{name}] origin = \"{}\": the site with the layer has origin = \"inside\", and no other has",
                    settings.origin
                )));
            }
        }
        Ok(PayLayer { instance: Arc::clone(&self.opened.instance), site: site.to_owned() })
    }

    /// Ends in order; services that are left answer `busy`.
    ///
    /// # Errors
    /// [`LayerError`] if the last frame or the index cannot be written. What was answered is durable either way.
    pub async fn close(self) -> Result<(), LayerError> {
        let Farthing { opened, keepers } = self;
        drop(keepers);
        let ended = tokio::task::spawn_blocking(move || opened.finish()).await;
        ended.map_err(|error| LayerError(error.to_string()))?.map_err(|error| LayerError(chain(&error)))
    }
}

impl<S, B> tower::Layer<S> for PayLayer
where
    S: tower::Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Service = Paid;

    /// # Panics
    /// Never: [`Farthing::layer`] has looked at every site.
    fn layer(&self, inner: S) -> Paid {
        let boxed = |response: Response<B>| response.map(|body| body.map_err(Into::into).boxed_unsync());
        let inner = inner.map_response(boxed).map_err(Into::<BoxError>::into);
        let service = Service::new(move |request| Box::pin(inner.clone().oneshot(request)));
        let doors = Doors::around(Arc::clone(&self.instance), &self.site, &service).expect("the layer's sites were looked at");
        Paid(Arc::new(doors))
    }
}

impl<B> tower::Service<Request<B>> for Paid
where
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    /// Whose address counts for limits is the one in axum's [`ConnectInfo`]; without it all are one neighbourhood, and none of this
    /// machine, which has no limits and may be a trusted proxy.
    fn call(&mut self, request: Request<B>) -> Self::Future {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
        let peer = peer.unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0));
        let doors = Arc::clone(&self.0);
        Box::pin(async move { Ok(doors.public(request, peer).await) })
    }
}

#[cfg(test)]
mod tests;
