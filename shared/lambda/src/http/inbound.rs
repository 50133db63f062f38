//! The event API Gateway sends, read so that nothing in it can make us fail.

use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use lambda_http::http::HeaderMap;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Route;

/// The key of the route that takes what no other does.
const DEFAULT_ROUTE: &str = "$default";

/// An API Gateway event, or that it is none: headers may hold what the types do not allow.
#[derive(Debug)]
pub struct HttpEvent(pub(crate) Option<Box<ApiGatewayV2httpRequest>>);

impl<'de> Deserialize<'de> for HttpEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(json.get()).ok().map(Box::new)))
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
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a str,
    pub(crate) base64: bool,
}

impl<'a> Inbound<'a> {
    /// The call of `event`, and by which of `routes` it came.
    pub(crate) fn of(event: &'a ApiGatewayV2httpRequest, routes: &'static [Route]) -> Self {
        let parameter = |name| event.path_parameters.get(name).map_or("", String::as_str);
        let key = event.route_key.as_deref().unwrap_or(DEFAULT_ROUTE);
        let path = key.split_once(' ').map(|(_, path)| path);
        let came_by = |route: &&Route| path.is_some_and(|path| path.ends_with(route.path));
        Self {
            route: routes.iter().find(came_by),
            verb: event.request_context.http.method.as_str(),
            key: parameter("key"),
            order_id: parameter("orderId"),
            change_request_id: parameter("changeRequestId"),
            raw_query: event.raw_query_string.as_deref().unwrap_or_default(),
            headers: &event.headers,
            body: event.body.as_deref().unwrap_or_default(),
            base64: event.is_base64_encoded,
        }
    }

    /// A header's value, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name)?.to_str().ok()
    }
}
