//! The event API Gateway sends, read so that nothing in it can make us fail.
//!
//! Of all that is in it, no more is read than somebody asks for, and what can be is left where it came.

use feirante_models::fields::{Fields, Text};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Route;

/// The key of the route that takes what no other does.
const DEFAULT_ROUTE: &str = "$default";

/// An API Gateway event of payload format 2.0, or anything else that was sent in its place.
#[derive(Debug)]
pub struct HttpEvent(Box<RawValue>);

impl<'de> Deserialize<'de> for HttpEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer).map(Self)
    }
}

impl HttpEvent {
    /// What of it is of use; `None`: it is no such event, or has headers that no request has.
    pub(crate) fn read(&self) -> Option<Event<'_>> {
        let event: Event<'_> = serde_json::from_str(self.0.get()).ok()?;
        event.headers.iter().all(Pairs::are_plain).then_some(event)
    }
}

/// An event, read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event<'a> {
    #[serde(borrow, default)]
    route_key: Option<Text<'a>>,
    #[serde(borrow, default)]
    raw_query_string: Option<Text<'a>>,
    #[serde(borrow, default)]
    path_parameters: Option<Pairs<'a>>,
    #[serde(borrow, default)]
    headers: Option<Pairs<'a>>,
    #[serde(borrow)]
    request_context: Context<'a>,
    #[serde(borrow, default)]
    body: Option<Text<'a>>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Debug, Deserialize)]
struct Context<'a> {
    #[serde(borrow)]
    http: Http<'a>,
}

#[derive(Debug, Deserialize)]
struct Http<'a> {
    #[serde(borrow)]
    method: Text<'a>,
}

/// Names and texts: headers, parameters.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Pairs<'a>(#[serde(borrow)] Fields<'a, Text<'a>>);

impl<'a> Pairs<'a> {
    /// Those of `pairs`.
    #[cfg(test)]
    pub(crate) fn of(pairs: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let pairs = pairs.into_iter();
        Self(
            pairs
                .map(|(name, text)| (name.into(), Text(text.into())))
                .collect(),
        )
    }

    /// The text of that name, in whichever case: the last, if there are several.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut last_first = self.0.iter().rev();
        let found = last_first.find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, Text(text))| &**text)
    }

    /// Whether no text has a control character: no header that came over HTTP does. Parameters may, once
    /// they are decoded.
    fn are_plain(&self) -> bool {
        let mut texts = self.0.iter().map(|(_, Text(text))| text);
        texts.all(|text| !text.chars().any(|c| c.is_ascii_control() && c != '\t'))
    }
}

/// What a call is made of.
#[derive(Debug)]
pub(crate) struct Inbound<'a> {
    /// What it came by, if the function serves that.
    pub(crate) route: Option<&'static Route>,
    pub(crate) verb: &'a str,
    pub(crate) key: &'a str,
    pub(crate) order_id: &'a str,
    pub(crate) change_request_id: &'a str,
    pub(crate) raw_query: &'a str,
    pub(crate) headers: Option<&'a Pairs<'a>>,
    pub(crate) body: &'a str,
    pub(crate) base64: bool,
}

impl<'a> Inbound<'a> {
    /// The call of `event`, and by which of `routes` it came.
    pub(crate) fn of(event: &'a Event<'a>, routes: &'static [Route]) -> Self {
        let parameters = event.path_parameters.as_ref();
        let parameter = |name| parameters.and_then(|all| all.get(name)).unwrap_or_default();
        let key = event.route_key.as_ref().map_or(DEFAULT_ROUTE, |key| &key.0);
        let path = key.split_once(' ').map(|(_, path)| path);
        let came_by = |route: &&Route| path.is_some_and(|path| path.ends_with(route.path));
        let text = |text: &'a Option<Text<'a>>| text.as_ref().map_or("", |text| &text.0);
        Self {
            route: routes.iter().find(came_by),
            verb: &event.request_context.http.method.0,
            key: parameter("key"),
            order_id: parameter("orderId"),
            change_request_id: parameter("changeRequestId"),
            raw_query: text(&event.raw_query_string),
            headers: event.headers.as_ref(),
            body: text(&event.body),
            base64: event.is_base64_encoded,
        }
    }

    /// A header's value as it came.
    pub(crate) fn raw_header(&self, name: &str) -> Option<&'a str> {
        self.headers?.get(name)
    }

    /// A header's value, if it is ASCII.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.raw_header(name).filter(|value| value.is_ascii())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(change: impl FnOnce(&mut Value)) -> HttpEvent {
        let sample = include_str!("../../../../events/authorize-fulfillment.json");
        let mut event: Value = serde_json::from_str(sample).unwrap();
        change(&mut event);
        HttpEvent(RawValue::from_string(event.to_string()).unwrap())
    }

    #[test]
    fn an_event_is_read_as_it_was_sent() {
        let event = event(|event| {
            event["headers"]["X-Odd"] = json!("a\"b");
            event["headers"]["x-far"] = json!("São Paulo");
            event["body"] = json!("{\"a\":\"\u{1F600}\n\"}");
        });
        let read = event.read().unwrap();
        let inbound = Inbound::of(&read, &[]);
        assert_eq!((inbound.verb, inbound.key), ("POST", "k9"));
        assert_eq!(inbound.order_id, "mkt1-959311095-01");
        assert_eq!(inbound.raw_query, "sc=1&an=mkt1");
        assert_eq!(inbound.header("x-odd"), Some("a\"b"));
        assert_eq!(
            (inbound.header("x-far"), inbound.header("x-none")),
            (None, None)
        );
        assert_eq!(inbound.raw_header("X-Far"), Some("São Paulo"));
        assert_eq!(inbound.body, "{\"a\":\"\u{1F600}\n\"}");
    }

    #[test]
    fn what_api_gateway_leaves_out_or_empty_is_nothing() {
        for absent in [false, true] {
            let event = event(|event| {
                for name in [
                    "routeKey",
                    "rawQueryString",
                    "pathParameters",
                    "headers",
                    "body",
                ] {
                    match absent {
                        true => drop(event.as_object_mut().unwrap().remove(name)),
                        false => event[name] = Value::Null,
                    }
                }
            });
            let read = event.read().unwrap();
            let inbound = Inbound::of(&read, &[]);
            assert_eq!((inbound.key, inbound.raw_query, inbound.body), ("", "", ""));
            assert_eq!(inbound.header("content-type"), None);
        }
    }

    /// They are decoded: whatever somebody escapes in a path may be in them.
    #[test]
    fn a_parameter_may_be_any_text() {
        let event = event(|event| event["pathParameters"]["key"] = json!("k9\0\r\n"));
        let read = event.read().unwrap();
        assert_eq!(Inbound::of(&read, &[]).key, "k9\0\r\n");
    }

    #[test]
    fn what_is_no_event_is_none() {
        for change in [
            |event: &mut Value| event["headers"]["x"] = json!("a\nb"),
            |event: &mut Value| event["headers"] = json!([]),
            |event: &mut Value| event["requestContext"] = json!({}),
            |event: &mut Value| event["body"] = json!({}),
            |event: &mut Value| *event = json!(1),
        ] {
            assert!(event(change).read().is_none());
        }
    }
}
