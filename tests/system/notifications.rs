//! What the marketplaces are told of SKUs (protocol §3.9 to §3.11).

mod burst;
mod paused;
mod suggested;
mod told;
mod withdrawn;

use feirante_models::SkuId;
use feirante_seller::listing::Listing;
use feirante_store::{Budget, Listings};

use crate::harness::{PATIENCE, System, eventually};
use crate::outward::Scripted;

/// SKUs of the fixture, all of which are sold.
const SKUS: usize = 6;

/// What a marketplace says of a SKU it does not know.
const UNKNOWN: &str = "Seller StockKeepingUnit x not found for this seller id seller1";

/// Waits until a marketplace that knows all SKUs has been told of the fixture, and forgets it.
async fn told_of_the_fixture(system: &System, market: &Scripted) {
    market.hears("/price", SKUS).await;
    market.hears("/inventory", SKUS).await;
    system.erp.settled("notifications").await;
    market.forget();
}

/// Where a SKU stands at `mkt1`, once it is `state`.
async fn stands(system: &System, sku: &str, state: &str) -> Listing {
    let listings = Listings::new(system.dynamodb(), system.ready().tables["listings"].clone());
    let sku = SkuId::parse(sku).unwrap();
    eventually(&format!("{sku} to be {state}"), async || {
        let found = listings.of_sku(&sku, Budget::of(PATIENCE)).await.unwrap();
        let mut at = found
            .into_iter()
            .filter(|one| one.account.as_str() == "mkt1");
        at.next().filter(|listing| listing.state.name() == state)
    })
    .await
}
