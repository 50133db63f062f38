//! URLs of servers that a command is told to use.

use reqwest::Url;

/// Takes the URL of a server, as a flag has it.
///
/// # Errors
/// What it lacks: a typing error would show only as a connection that fails after many retries.
pub(crate) fn parse(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("not an http or https URL".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_a_scheme_and_a_host() {
        assert_eq!(
            parse("http://127.0.0.1:3003").as_deref(),
            Ok("http://127.0.0.1:3003")
        );
        assert!(parse("https://dynamodb.sa-east-1.amazonaws.com").is_ok());
        for wrong in [
            "",
            "3003",
            "127.0.0.1:3003",
            "localhost:3003",
            "http://",
            "ftp://a",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
