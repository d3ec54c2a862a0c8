//! The lines that a payee copies: how each kind of server stands in front of this instance, with the site's own values.
//!
//! What people must fill in stands in capitals. The same lines are run by nginx and Caddy themselves in the tests.

use crate::config::{Attach, Config, Site, Tls};
use crate::gateway::AUTH_PATH;
use crate::web::desk::{Snippet, Way};
use crate::web::{BESIDE_SCRIPT, BESIDE_SCRIPT_PATH, OVERLAY_SCRIPT, OVERLAY_SCRIPT_PATH, integrity};

/// What the origin is told of a buyer.
const FACTS: [&str; 4] = ["Paid", "Payer", "Serial", "Amount"];

/// Everything that this site can copy; `page` is one that is for sale.
pub(super) fn of(config: &Config, site: &Site, page: &str) -> Vec<Snippet> {
    let listen = config.listen.to_string();
    let desk = config.desk.as_ref().map(|desk| desk.host.clone());
    let ours: Vec<String> = [Some(config.wallet.host.clone()), desk].into_iter().flatten().collect();
    let mut all = ours.clone();
    all.insert(0, site.host.clone());
    let servers = match site.attach {
        Attach::Proxy => [(Way::Nginx, nginx(&all, &listen, config.tls)), (Way::Caddy, caddy(&all, &listen, config.tls))],
        Attach::ForwardAuth => {
            let (site, listen) = (Asking { host: &site.host, origin: &site.origin, tls: config.tls }, listen.as_str());
            [
                (Way::NginxAsks, format!("{}{}", nginx(&ours, listen, config.tls), site.nginx(listen))),
                (Way::CaddyAsks, format!("{}{}", caddy(&ours, listen, config.tls), site.caddy(listen))),
            ]
        }
    };
    let url = config.url(&site.host);
    let page = format!("{url}{}", if page.is_empty() { "/PAGE" } else { page });
    let elsewhere = [(Way::Beside, beside(&url, &page)), (Way::Overlay, overlay(&url, &page))];
    servers.into_iter().chain(elsewhere).map(|(way, text)| Snippet { way, text }).collect()
}

/// What every request to us must say of its sender, whatever the sender says.
fn nginx_sender(indent: &str) -> String {
    let fields =
        [("Host", "$http_host"), ("X-Forwarded-For", "$remote_addr"), ("X-Forwarded-Proto", "$scheme"), ("X-Forwarded-Host", "$http_host")];
    fields.iter().map(|(name, value)| format!("{indent}proxy_set_header {name} {value};\n")).collect()
}

/// Streaming both ways, WebSocket included.
const NGINX_STREAM: &str = "        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $http_connection;
        proxy_buffering off;
";

fn nginx_server(names: &str, tls: Tls) -> String {
    let (port, certificate) = match tls {
        Tls::BehindProxy => ("443 ssl", "    ssl_certificate /PATH/fullchain.pem;\n    ssl_certificate_key /PATH/privkey.pem;\n"),
        Tls::Off => ("80", ""),
    };
    format!("server {{\n    listen {port};\n    server_name {names};\n{certificate}")
}

/// A server block for nginx that passes everything to us.
fn nginx(names: &[String], listen: &str, tls: Tls) -> String {
    let sender = nginx_sender("        ");
    let server = nginx_server(&names.join(" "), tls);
    format!("{server}    location / {{\n        proxy_pass http://{listen};\n{sender}{NGINX_STREAM}    }}\n}}\n")
}

/// A site block for Caddy, which finds its certificates and says who asks by itself.
fn caddy(names: &[String], listen: &str, tls: Tls) -> String {
    let names: Vec<String> = names.iter().map(|name| caddy_name(name, tls)).collect();
    format!("{} {{\n    reverse_proxy {listen}\n}}\n", names.join(", "))
}

fn caddy_name(name: &str, tls: Tls) -> String {
    match tls {
        Tls::BehindProxy => name.to_owned(),
        Tls::Off => format!("http://{name}"),
    }
}

/// A site whose own server asks about each request.
struct Asking<'a> {
    host: &'a str,
    origin: &'a str,
    tls: Tls,
}

impl Asking<'_> {
    fn nginx(&self, listen: &str) -> String {
        let (server, sender) = (nginx_server(self.host, self.tls), nginx_sender("        "));
        let origin = self.origin;
        // Of this site and no other, even where nginx takes this block for a host that it does not know.
        let asker = sender.replace("$http_host", self.host);
        let told: String = FACTS
            .iter()
            .map(|fact| fact.to_ascii_lowercase())
            .map(|fact| format!("        auth_request_set $farthing_{fact} $upstream_http_farthing_{fact};\n"))
            .collect();
        let handed: String = FACTS
            .iter()
            .map(|fact| format!("        proxy_set_header Farthing-{fact} $farthing_{};\n", fact.to_ascii_lowercase()))
            .collect();
        format!(
            "{server}    location / {{
        auth_request /.farthing-asks;
{told}        auth_request_set $farthing_cache $upstream_http_cache_control;
        auth_request_set $farthing_vary $upstream_http_vary;
        error_page 403 = @farthing;          # no: the whole request goes to the gateway
        add_header Cache-Control $farthing_cache always;
        add_header Vary $farthing_vary always;
        proxy_pass {origin};   # yes: your own server answers; or root /PATH;
{sender}{handed}    }}
    location = /.farthing-asks {{
        internal;
        proxy_pass http://{listen}{AUTH_PATH}?else=403;
        proxy_pass_request_body off;
        proxy_set_header Content-Length \"\";
{asker}        proxy_set_header X-Forwarded-Method $request_method;
        proxy_set_header X-Forwarded-Uri $request_uri;
    }}
    location @farthing {{
        proxy_pass http://{listen}$request_uri;
{sender}        proxy_set_header X-Forwarded-Method \"\";
        proxy_set_header X-Forwarded-Uri \"\";
{NGINX_STREAM}    }}
}}
"
        )
    }

    fn caddy(&self, listen: &str) -> String {
        let (name, origin) = (caddy_name(self.host, self.tls), self.origin.strip_prefix("http://").unwrap_or(self.origin));
        let handed: String = FACTS
            .iter()
            .map(|fact| format!("                request_header Farthing-{fact} {{http.reverse_proxy.header.Farthing-{fact}}}\n"))
            .collect();
        format!(
            "{name} {{
    route {{
        reverse_proxy {listen} {{
            method GET
            rewrite {AUTH_PATH}?else=403
            header_up X-Forwarded-Method {{method}}
            header_up X-Forwarded-Uri {{uri}}
            @sold {{
                status 200
                header Cache-Control *
            }}
            handle_response @sold {{
                header {{
                    Cache-Control \"private, no-store\"
                    Vary \"Accept, Cookie, Authorization, Payment-Authorization\"
                    defer
                }}
{handed}            }}
            @free status 200
            handle_response @free {{
                request_header -Farthing*
            }}
            handle_response {{
                reverse_proxy {listen} {{
                    header_up -X-Forwarded-Method
                    header_up -X-Forwarded-Uri
                }}
            }}
        }}
        reverse_proxy {origin}
    }}
}}
"
        )
    }
}

/// What a page of the payee's elsewhere on the same site holds.
fn beside(url: &str, page: &str) -> String {
    format!(
        "<pay-content src=\"{page}\"><a href=\"{page}\">Read on</a></pay-content>\n\
         <script src=\"{url}{BESIDE_SCRIPT_PATH}\"\n  integrity=\"{}\"\n  crossorigin=\"anonymous\" defer></script>\n",
        integrity(BESIDE_SCRIPT)
    )
}

/// What a page anywhere holds.
fn overlay(url: &str, page: &str) -> String {
    format!(
        "<div data-farthing=\"{page}\">HIDDEN, NOT PROTECTED</div>\n\
         <script src=\"{url}{OVERLAY_SCRIPT_PATH}\"\n  integrity=\"{}\"\n  crossorigin=\"anonymous\" defer></script>\n",
        integrity(OVERLAY_SCRIPT)
    )
}

#[cfg(test)]
mod tests;
