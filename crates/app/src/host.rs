//! `Host`: which name of ours a request asks for, said once.

use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Uri, header};
use protocol::problem::Problem;

/// A host that a request names, in lower case, with its port if it names one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Host(Authority);

impl Host {
    /// The host of a request: what `Host` says, or a target that is a whole address.
    ///
    /// # Errors
    /// [`Problem::BadRequest`] if none is named or two are: whoever stands before us may have gone by the other.
    pub fn of(headers: &HeaderMap, target: &Uri) -> Result<Host, Problem> {
        let unread = || Problem::BadRequest { detail: "the request does not name one host".to_owned() };
        let mut lines = headers.get_all(header::HOST).iter().map(|line: &HeaderValue| line.to_str().unwrap_or_default());
        let (first, second) = (lines.next(), lines.next());
        let addressed = target.authority().map(Authority::as_str);
        let host = first.or(addressed).filter(|_| second.is_none()).and_then(Host::parse).ok_or_else(unread)?;
        if addressed.is_none_or(|other| Host::parse(other).as_ref() == Some(&host)) { Ok(host) } else { Err(unread()) }
    }

    /// The host that a server in front names in `X-Forwarded-Host`, if it names one and once.
    #[must_use]
    pub fn forwarded(headers: &HeaderMap) -> Option<Host> {
        let mut lines = headers.get_all("x-forwarded-host").iter();
        let first = lines.next().and_then(|line: &HeaderValue| line.to_str().ok());
        first.filter(|_| lines.next().is_none()).and_then(Host::parse)
    }

    /// Reads `name`, `name:port`, or an address in brackets instead of the name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Host> {
        let authority: Authority = text.to_ascii_lowercase().parse().ok()?;
        // Nothing but the name and a port may be there: no `user@`, no colon without a number.
        let rest = authority.as_str().strip_prefix(authority.host())?;
        let is_port = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok();
        let is_whole = !authority.host().is_empty() && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port));
        is_whole.then_some(Host(authority))
    }

    /// The name without the port; an IPv6 address stands in its brackets.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.host()
    }

    /// Name and port.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

#[cfg(test)]
mod tests;
