//! A request's body: its media type, its size, and the forms it may come in.

use std::borrow::Cow;
use std::io::Read;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use feirante_models::{Code, Problem};
use flate2::read::GzDecoder;

use super::inbound::Inbound;

/// The body of a call, decoded and decompressed, at most `limit` bytes (protocol §2.2, §2.5).
pub(crate) fn read<'a>(inbound: &Inbound<'a>, limit: usize) -> Result<Cow<'a, [u8]>, Problem> {
    media_type(inbound)?;
    let too_large = || {
        Problem::new(
            Code::TooLarge,
            format!("the body has more than {limit} bytes"),
        )
    };
    let bytes: Cow<'a, [u8]> = if inbound.base64 {
        if inbound.body.len() / 4 * 3 > limit + 2 {
            return Err(too_large());
        }
        let bytes = BASE64_STANDARD
            .decode(inbound.body)
            .map_err(|_| Problem::at(Code::NotJson, "", "can't be read"))?;
        Cow::Owned(bytes)
    } else {
        Cow::Borrowed(inbound.body.as_bytes())
    };
    let bytes = match inbound.header("content-encoding").map(str::trim) {
        None | Some("") => bytes,
        Some(coding) if coding.eq_ignore_ascii_case("identity") => bytes,
        Some(coding) if coding.eq_ignore_ascii_case("gzip") => Cow::Owned(gunzip(&bytes, limit)?),
        Some(_) => {
            return Err(Problem::new(
                Code::MediaType,
                "only gzip bodies are decompressed",
            ));
        }
    };
    if bytes.len() > limit {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Decompresses one byte more than allowed at most, so that a small body can't fill the memory.
fn gunzip(bytes: &[u8], limit: usize) -> Result<Vec<u8>, Problem> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut body = Vec::new();
    GzDecoder::new(bytes)
        .take(most)
        .read_to_end(&mut body)
        .map_err(|_| Problem::at(Code::NotJson, "", "is not gzip, though it says so"))?;
    Ok(body)
}

/// JSON with any parameters, or nothing said at all.
fn media_type(inbound: &Inbound<'_>) -> Result<(), Problem> {
    let Some(content_type) = inbound.raw_header("content-type") else {
        return Ok(());
    };
    let content_type = if content_type.is_ascii() {
        content_type
    } else {
        "?"
    };
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if kind.is_empty() || kind.eq_ignore_ascii_case("application/json") || inbound.body.is_empty() {
        return Ok(());
    }
    Err(Problem::new(
        Code::MediaType,
        "the body must be application/json",
    ))
}
