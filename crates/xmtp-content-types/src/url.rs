//! Which URLs may be sent: what they lead to must not be readable on the way.

/// Whether a URL is `https`, or `http` to this very machine, which no bytes leave.
pub(crate) fn may_be_sent(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    match scheme.to_ascii_lowercase().as_str() {
        "https" => !host(rest).is_empty(),
        "http" => is_this_machine(host(rest)),
        _ => false,
    }
}

/// The host in what follows the scheme, without user, port, path, query and fragment.
fn host(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let place = authority.rsplit('@').next().unwrap_or_default();
    match place.strip_prefix('[') {
        Some(literal) => literal.split(']').next().unwrap_or_default(),
        None => place.split(':').next().unwrap_or_default(),
    }
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_may_be_sent_and_http_only_to_this_machine() {
        for url in [
            "https://example.com/f",
            "HTTPS://example.com",
            "http://127.0.0.1:80/f",
            "http://[::1]:1/",
            "http://localhost",
        ] {
            assert!(may_be_sent(url), "{url}");
        }
        let refused = [
            "",
            "https:",
            "https://",
            "http://example.com/f",
            "ftp://localhost/",
            "file:///etc/passwd",
            "example.com/f",
            "http://localhost@example.com/",
            "http://127.0.0.1.example.com/",
            "http://example.com\\@localhost/",
            "https:///f",
        ];
        for url in refused {
            assert!(!may_be_sent(url), "{url}");
        }
    }
}
