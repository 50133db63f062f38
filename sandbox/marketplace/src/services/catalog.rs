//! C1 to C4: the catalog's notifications (protocol §3.9, §3.11).

use http::StatusCode;
use serde_json::Value;

use super::context::Context;
use super::reply::Reply;
use crate::books::Offer;
use crate::world::Task;

/// C1, C2: is the SKU known?
pub(super) fn announce(context: &Context<'_>, seller: &str, sku: &str) -> Reply {
    let known =
        seller == context.options.seller_id && context.world.books.is_bound(context.account(), sku);
    if known {
        Reply::empty(StatusCode::OK)
    } else {
        not_found(
            context,
            &format!("Seller StockKeepingUnit {sku} not found for this seller id {seller}"),
        )
    }
}

/// C1, C2 with one id, which is the marketplace's own SKU id: a seller's code is none.
pub(super) fn announce_own(context: &Context<'_>, sku: &str) -> Reply {
    not_found(context, &format!("StockKeepingUnit {sku} not found"))
}

/// C3.
pub(super) fn price(context: &Context<'_>, seller: &str, sku: &str) -> Reply {
    notified(context, seller, sku, |offer| offer.price_notifications += 1)
}

/// C4.
pub(super) fn inventory(context: &Context<'_>, seller: &str, sku: &str) -> Reply {
    notified(context, seller, sku, |offer| {
        offer.inventory_notifications += 1;
    })
}

/// Takes a notification. The marketplace then asks for the SKU, if it sells it.
fn notified(
    context: &Context<'_>,
    seller: &str,
    sku: &str,
    count: impl FnOnce(&mut Offer),
) -> Reply {
    if seller != context.options.seller_id {
        return not_found(context, &format!("Seller {seller} not found"));
    }
    let account = context.account();
    context.world.books.update_offer(account, sku, |offer| {
        count(offer);
        offer.notified_at = Some(context.now);
    });
    if context.world.books.is_bound(account, sku) {
        context.world.assign(Task::RefreshOffer {
            account: account.to_owned(),
            sku: sku.to_owned(),
        });
    }
    Reply::empty(StatusCode::ACCEPTED)
}

/// The catalog writes plain sentences, as a JSON string or as text.
fn not_found(context: &Context<'_>, sentence: &str) -> Reply {
    if context.settings.plain_text_not_found {
        Reply::text(StatusCode::NOT_FOUND, sentence)
    } else {
        Reply::json(StatusCode::NOT_FOUND, &Value::from(sentence))
    }
}
