//! What the marketplace's reply to a request means (protocol §2.4, §2.5, §3.9).

use feirante_models::outward::Receipt;
use http::header::LOCATION;
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use crate::answer::{Answer, Failure};
use crate::call::{Expected, Kind};
use crate::credentials::Credentials;
use crate::detail;
use crate::pause;
use crate::transport::{NoReply, Reply};

/// What `reply` means to a request of this kind.
pub(crate) fn judge(
    kind: Kind,
    reply: Result<Reply, NoReply>,
    credentials: &Credentials,
) -> Result<Answer, Failure> {
    let said = |text: &str| detail::cut(&credentials.hidden_in(text), detail::LONGEST);
    let reply = reply.map_err(|none| Failure::Unavailable {
        status: None,
        retry_after: None,
        detail: said(&detail::line(&none.to_string())),
    })?;
    let status = reply.status.as_u16();
    let unavailable = |detail: &str| {
        Err(Failure::Unavailable {
            status: Some(status),
            retry_after: pause::asked_for(&reply.headers, Timestamp::now()),
            detail: said(detail),
        })
    };
    let hide = |text: &str| credentials.hidden_in(text);
    let text = || detail::of(&reply.body, hide);
    match status {
        200..=299 => match (success(&reply, credentials), kind.expects()) {
            (Ok(body), _) => Ok(answer(status, body)),
            (Err(_), Expected::Anything) => Ok(answer(status, None)),
            (Err(why), Expected::JsonOrNothing) => unavailable(&why),
        },
        304 if kind == Kind::Suggest => Ok(answer(status, None)),
        404 => {
            let unknown = || is_unknown_sku(&detail::of(&reply.body, str::to_owned));
            Err(Failure::NotFound {
                unknown_sku: kind == Kind::Announcement && unknown(),
                detail: said(&text()),
            })
        }
        429 => Err(Failure::Limited {
            retry_after: pause::asked_for(&reply.headers, Timestamp::now()),
            detail: said(&text()),
        }),
        408 | 409 | 425 => unavailable(&text()),
        400..=499 => Err(Failure::Refused {
            status,
            detail: said(&text()),
        }),
        300..=399 => unavailable(&redirect(&reply, credentials)),
        _ => unavailable(&text()),
    }
}

fn answer(status: u16, body: Option<Value>) -> Answer {
    Answer {
        status,
        receipt: body.as_ref().map(Receipt::of).unwrap_or_default(),
        body,
        learned: None,
    }
}

/// The body of a success, which is JSON or empty, whatever it is called. Else why it is not.
fn success(reply: &Reply, credentials: &Credentials) -> Result<Option<Value>, String> {
    if let Some(why) = &reply.broken {
        return Err(format!("the answer is not whole: {why}"));
    }
    let text = detail::text(&reply.body);
    if text.is_empty() {
        return Ok(None);
    }
    let Ok(mut body) = serde_json::from_str(&text) else {
        let said = detail::of(&reply.body, |text| credentials.hidden_in(text));
        return Err(format!("the answer is no JSON but {said}"));
    };
    credentials.hide_in(&mut body);
    Ok(Some(body))
}

/// The documented words of a marketplace that does not know a SKU.
fn is_unknown_sku(text: &str) -> bool {
    let text = text.to_lowercase();
    text.split_once("seller stockkeepingunit ")
        .is_some_and(|(_, rest)| rest.contains(" not found for this seller id"))
}

/// What a 3xx says. Of a redirect's target only the host is told: the rest may hold anything.
fn redirect(reply: &Reply, credentials: &Credentials) -> String {
    let Some(target) = reply.headers.get(LOCATION) else {
        return detail::of(&reply.body, |text| credentials.hidden_in(text));
    };
    let url = target.to_str().ok().and_then(|to| Url::parse(to).ok());
    match url.as_ref().and_then(Url::host_str) {
        Some(host) => format!("a redirect to {host}, which is not followed"),
        None => "a redirect, which is not followed".to_owned(),
    }
}
