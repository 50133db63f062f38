//! Authorization of fulfillment (R4, protocol §3.3): the request.

use crate::MarketplaceOrderId;
use crate::object::Object;
use crate::problem::Problem;
use crate::read::{self, Top};

/// The payment of an order was approved: it may be shipped.
///
/// The published schema lists cancellation fields here too; they mean nothing in this call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The order, in the marketplace's words; it must be the one the path names.
    pub marketplace_order_id: MarketplaceOrderId,
    /// The marketplace's order group, where it sends one.
    pub order_group: Option<String>,
}

impl Authorization {
    /// Reads an authorization.
    ///
    /// # Errors
    /// ES001, or ES002 with the JSON pointer of what is wrong.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let body = Object::read(read::json_text(body, Top::Object)?, String::new())?;
        Ok(Self {
            marketplace_order_id: MarketplaceOrderId::parse(body.id("marketplaceOrderId")?)
                .map_err(|why| body.refuse("marketplaceOrderId", why))?,
            order_group: body.optional_id("marketplaceOrderGroup")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cancellation_fields_and_payment_data_are_let_be() {
        let body = br#"{"marketplaceOrderId":"1-01","cancellationRequestId":"c","reason":5,
            "paymentData":{"connectorResponses":{"Message":"a","message":"b"}}}"#;
        let authorization = Authorization::read(body).unwrap();
        assert_eq!(authorization.marketplace_order_id.as_str(), "1-01");
        assert_eq!(authorization.order_group, None);
    }

    #[test]
    fn the_order_must_be_named() {
        for body in [
            "{}",
            r#"{"marketplaceOrderId":null}"#,
            r#"{"marketplaceOrderId":" "}"#,
        ] {
            let problem = Authorization::read(body.as_bytes()).unwrap_err();
            assert!(
                problem
                    .to_string()
                    .starts_with("ES002: /marketplaceOrderId"),
                "{problem}"
            );
        }
    }
}
