//! A service of this very test that charges: bought, refused, taken back and passed by, without a connection.

use super::{Farthing, Paid};
use crate::gateway::proxy::{Body as Chunks, BoxError};
use crate::instance::Instance;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use market::{Body, TopUp};
use money::Amount;
use protocol::challenge::parse_all;
use protocol::{Credential, SigningKey};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tower::{Layer, ServiceExt};

const OFFERS: &str = "[offer.page]\nunlock = \"http://news.localhost/a/*\"\nprice = { fixed = \"0.05 EUR\" }\n";

fn written(origin: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("offers.toml"), OFFERS).unwrap();
    let config = format!(
        "name = \"Quay\"\nmode = \"test\"\nwallet = {{ host = \"wallet.localhost\" }}\n[payee.quay]\nname = \"Quay\"\n[site.news]\n\
         host = \"news.localhost\"\norigin = \"{origin}\"\npayee = \"quay\"\npriced = [\"/a/**\"]\noffers = [\"offers.toml\"]\n"
    );
    std::fs::write(folder.path().join("farthing.toml"), config).unwrap();
    folder
}

/// The heads that the service was asked.
type Seen = Arc<Mutex<Vec<Request<()>>>>;

/// A service that says its path, and fails at `/a/broken`.
async fn echo(request: Request<Chunks>, seen: Seen) -> Result<Response<Full<Bytes>>, BoxError> {
    let (parts, body) = request.into_parts();
    let whole = body.collect().await?.to_bytes();
    let path = parts.uri.path().to_owned();
    seen.lock().unwrap().push(Request::from_parts(parts, ()));
    match &*path {
        "/a/broken" => Err("it fell over".into()),
        path => Ok(Response::new(Full::from([path.as_bytes(), &whole].concat()))),
    }
}

async fn open(folder: &Path) -> (Farthing, Paid, Seen) {
    let farthing = Farthing::open(&folder.join("farthing.toml")).await.unwrap();
    let seen = Seen::default();
    let told = Arc::clone(&seen);
    let service = tower::service_fn(move |request| echo(request, Arc::clone(&told)));
    let paid = farthing.layer("news").unwrap().layer(service);
    (farthing, paid, seen)
}

async fn ask(paid: &Paid, (method, host, path): (Method, &str, &str), credential: Option<&str>) -> (Response<()>, String) {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, host);
    if let Some(credential) = credential {
        request = request.header(header::AUTHORIZATION, credential);
    }
    let answer = paid.clone().oneshot(request.body(Full::new(Bytes::from_static(b"!"))).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    (Response::from_parts(parts, ()), String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap())
}

async fn wallet(instance: &Instance) -> SigningKey {
    let key = SigningKey::from_seed([7; 32]);
    let (party, asset) = (key.public().account(), instance.config.asset());
    let top_up = TopUp { party, asset, amount: Amount::from_u32(1_000_000), most: Amount::from_u32(20_000_000) };
    instance.order(Body::TopUp(top_up)).await.unwrap();
    key
}

async fn left(instance: &Instance, key: &SigningKey) -> u64 {
    let (party, asset) = (key.public().account(), instance.config.asset());
    instance.look(move |state, _| state.available(party, asset).units()).await.unwrap()
}

#[tokio::test]
async fn a_service_of_the_program_is_paid_without_a_proxy() {
    let folder = written("inside");
    let (farthing, paid, seen) = open(folder.path()).await;
    let instance = Arc::clone(&farthing.opened.instance);
    let key = wallet(&instance).await;
    const SITE: &str = "news.localhost:4020";

    let (free, said) = ask(&paid, (Method::POST, SITE, "/free"), None).await;
    assert_eq!((free.status(), &*said), (StatusCode::OK, "/free!"), "what is not priced passes with its body");
    let pay = async |path: &str| {
        let (refused, _) = ask(&paid, (Method::GET, SITE, path), None).await;
        assert_eq!(refused.status(), StatusCode::PAYMENT_REQUIRED);
        let lines = refused.headers().get_all(header::WWW_AUTHENTICATE).iter().map(|line| line.to_str().unwrap());
        let challenge = parse_all(lines).unwrap().remove(0);
        ask(&paid, (Method::GET, SITE, path), Some(&Credential::sign(challenge, &key).unwrap().header_value())).await
    };
    let asked_before = seen.lock().unwrap().len();
    let (bought, said) = pay("/a/one").await;
    assert_eq!((bought.status(), &*said), (StatusCode::OK, "/a/one!"));
    assert!(bought.headers().contains_key("payment-receipt"));
    {
        let seen = seen.lock().unwrap();
        let [request] = &seen[asked_before..] else { panic!("{seen:?}") };
        assert!(!request.headers().contains_key(header::AUTHORIZATION), "no credential gets to it");
        assert!(request.headers().keys().any(|name| name.as_str().starts_with("farthing-")), "{:?}", request.headers());
        assert_eq!(request.uri(), "/a/one");
    }
    assert_eq!(left(&instance, &key).await, 950_000);
    let (broken, _) = pay("/a/broken").await;
    assert_eq!((broken.status(), left(&instance, &key).await), (StatusCode::BAD_GATEWAY, 950_000), "what it does not make costs nothing");

    // Under another name nothing of it is to be had for nothing; the wallet is at home here.
    let before = seen.lock().unwrap().len();
    for host in ["elsewhere.example", "127.0.0.1", "NEWS.localhost.:4020"] {
        for path in ["/a/one", "/free"] {
            let (refused, _) = ask(&paid, (Method::GET, host, path), None).await;
            assert_eq!(refused.status(), StatusCode::MISDIRECTED_REQUEST, "{host}{path}");
        }
    }
    let (home, said) = ask(&paid, (Method::GET, "wallet.localhost:4020", "/"), None).await;
    assert!(home.status() == StatusCode::OK && said.contains("<title>"), "{said}");
    assert_eq!(seen.lock().unwrap().len(), before);
    // Strangers whose addresses nobody told are one neighbourhood, with its limits.
    let mut most = 2_000;
    while ask(&paid, (Method::GET, SITE, "/a/two"), None).await.0.status() != StatusCode::TOO_MANY_REQUESTS {
        most -= 1;
        assert!(most > 0, "nobody counts them");
    }
    drop((paid, instance));
    farthing.close().await.unwrap();

    // The books are those of any instance: the audit reads them.
    let again = Farthing::open(&folder.path().join("farthing.toml")).await.unwrap();
    assert_eq!(left(&again.opened.instance, &key).await, 950_000);
    again.close().await.unwrap();
}

#[tokio::test]
async fn a_layer_is_for_the_site_that_is_inside_and_nothing_else_serves_it() {
    let folder = written("http://127.0.0.1:9");
    let farthing = Farthing::open(&folder.path().join("farthing.toml")).await.unwrap();
    let said = |site: &str| farthing.layer(site).map(|_| ()).unwrap_err().to_string();
    assert!(said("nobody").contains("[site.nobody]"));
    assert!(said("news").contains("origin = \"inside\""), "{}", said("news"));
    farthing.close().await.unwrap();

    let folder = written("inside");
    let farthing = Farthing::open(&folder.path().join("farthing.toml")).await.unwrap();
    let alone = crate::serve::Doors::new(Arc::clone(&farthing.opened.instance), crate::serve::Guests::default());
    assert!(alone.err().unwrap().to_string().contains("[site.news] has origin = \"inside\""));
    farthing.close().await.unwrap();
    assert!(Farthing::open(Path::new("/nowhere/farthing.toml")).await.is_err());
}
