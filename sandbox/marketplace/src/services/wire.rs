//! Putting an answer on the wire, spoiled as faults want it.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, Response, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Bytes, Frame};

use super::reply::Reply;
use crate::faults::Shape;

/// The body of every answer.
pub(crate) type Body = UnsyncBoxBody<Bytes, axum::Error>;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How many bytes a chunk has; small, so that even a receipt needs several.
const CHUNK: usize = 16;

/// The answer as it leaves.
pub(super) fn response(reply: Reply, shapes: &BTreeSet<Shape>) -> Response<Body> {
    let mut headers = reply.headers();
    let Reply {
        status, mut body, ..
    } = reply;
    if shapes.contains(&Shape::WrongContentType) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    }
    if shapes.contains(&Shape::Bom) && !body.is_empty() {
        body.splice(0..0, BYTE_ORDER_MARK.iter().copied());
    }
    if shapes.contains(&Shape::Gzip)
        && !body.is_empty()
        && let Ok(compressed) = compress(&body)
    {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        body = compressed;
    }
    let body = if shapes.contains(&Shape::Chunked) {
        chunked(&body)
    } else {
        whole(body)
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Whether a caller with these headers can read an answer of these shapes: one that did not ask
/// for compression can't be blamed for trying again.
pub(super) fn can_read(shapes: &BTreeSet<Shape>, headers: &HeaderMap) -> bool {
    !shapes.contains(&Shape::Gzip)
        || headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|accepted| accepted.to_str().ok())
            .is_some_and(|accepted| accepted.contains("gzip"))
}

fn whole(body: Vec<u8>) -> Body {
    Full::new(Bytes::from(body)).map_err(never).boxed_unsync()
}

fn chunked(body: &[u8]) -> Body {
    let chunks: Vec<Result<Frame<Bytes>, axum::Error>> = body
        .chunks(CHUNK)
        .map(|chunk| Ok(Frame::data(Bytes::copy_from_slice(chunk))))
        .collect();
    StreamBody::new(futures::stream::iter(chunks)).boxed_unsync()
}

fn compress(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body)?;
    encoder.finish()
}

fn never(infallible: Infallible) -> axum::Error {
    match infallible {}
}
