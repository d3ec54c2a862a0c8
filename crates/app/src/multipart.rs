//! `multipart/form-data` (RFC 7578): what a browser makes of a form with a file in it. Read strictly and in memory; the body was
//! bounded before.

/// Fields that a form may have.
const MOST_PARTS: usize = 8;
/// Longest header of a part, in bytes.
const MOST_HEADER: usize = 1_024;

/// A field of a form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part<'b> {
    /// Its name.
    pub name: &'b str,
    /// What was filled in, or the file.
    pub content: &'b [u8],
}

/// The fields of a form; none if it is no such form.
#[must_use]
pub fn read<'b>(content_type: &str, body: &'b [u8]) -> Option<Vec<Part<'b>>> {
    let parameters = content_type.strip_prefix("multipart/form-data;")?.trim();
    let boundary = parameters.strip_prefix("boundary=")?.trim_matches('"');
    let is_boundary = (1..=70).contains(&boundary.len()) && boundary.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
    if !is_boundary {
        return None;
    }
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(delimiter.as_bytes().get(2..)?)?;
    let mut parts = Vec::new();
    loop {
        // The last one is told by two dashes; what a browser sends ends there.
        if let Some(end) = rest.strip_prefix(b"--") {
            return (end.is_empty() || end == b"\r\n").then_some(parts);
        }
        let (header, after) = cut(rest.strip_prefix(b"\r\n")?, b"\r\n\r\n")?;
        let (content, after) = cut(after, delimiter.as_bytes())?;
        if header.len() > MOST_HEADER || parts.len() >= MOST_PARTS {
            return None;
        }
        parts.push(Part { name: name(std::str::from_utf8(header).ok()?)?, content });
        rest = after;
    }
}

fn name(header: &str) -> Option<&str> {
    let told = |line: &&str| line.get(..20).is_some_and(|start| start.eq_ignore_ascii_case("content-disposition:"));
    let line = header.split("\r\n").find(told)?;
    let name = line.split(';').skip(1).find_map(|parameter| parameter.trim().strip_prefix("name=\""))?;
    name.strip_suffix('"').filter(|name| !name.is_empty() && !name.contains('"'))
}

/// What stands before and after the first of some bytes.
fn cut<'b>(bytes: &'b [u8], at: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let place = bytes.windows(at.len()).position(|window| window == at)?;
    Some((bytes.get(..place)?, bytes.get(place.saturating_add(at.len())..)?))
}

#[cfg(test)]
mod tests {
    use super::read;

    const TYPE: &str = "multipart/form-data; boundary=----x7";

    fn form(parts: &str) -> String {
        parts.replace('\n', "\r\n")
    }

    #[test]
    fn fields_and_a_file_come_out_as_they_went_in() {
        let body = form(
            "------x7\nContent-Disposition: form-data; name=\"csrf\"\n\nabc\n------x7\nContent-Disposition: form-data; name=\"logo\"; \
             filename=\"a.png\"\nContent-Type: image/png\n\n\u{89}PNG\n\n--\n------x7--\n",
        );
        let parts = read(TYPE, body.as_bytes()).unwrap();
        let found: Vec<_> = parts.iter().map(|part| (part.name, String::from_utf8_lossy(part.content).into_owned())).collect();
        assert_eq!(found, [("csrf", "abc".to_owned()), ("logo", form("\u{89}PNG\n\n--"))]);
    }

    #[test]
    fn what_is_not_whole_or_too_much_is_none() {
        let one = "------x7\nContent-Disposition: form-data; name=\"a\"\n\nb\n";
        let whole = form(&format!("{one}------x7--\n"));
        assert!(read(TYPE, whole.as_bytes()).is_some());
        for end in 0..whole.len().saturating_sub(2) {
            assert!(read(TYPE, whole.as_bytes().get(..end).unwrap()).is_none(), "{end}");
        }
        let many = form(&format!("{}------x7--\n", one.repeat(9)));
        assert!(read(TYPE, many.as_bytes()).is_none());
        let nameless = form("------x7\nContent-Type: text/plain\n\nb\n------x7--\n");
        assert!(read(TYPE, nameless.as_bytes()).is_none());
        for other in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=a b",
        ] {
            assert!(read(other, whole.as_bytes()).is_none(), "{other}");
        }
    }
}
