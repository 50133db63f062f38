//! What a cart costs, how much of it there is, and how it is delivered (protocol §3.1).

use std::collections::HashMap;

use feirante_models::simulation::{
    ChannelStock, DeliveryChannel, Exact, LogisticsInfo, RequestedItem, SimulatedItem,
    SimulatedOffering, SimulationRequest, SimulationResponse,
};
use feirante_models::{Instant, SkuId, WarehouseId};

use crate::allocation::Allocation;
use crate::offer::Offer;
use crate::pricing::{self, Price};
use crate::settings::{Marketplace, Settings};
use crate::shipping::{self, Route};

/// Answers a simulation from the offers of the SKUs it asks for; a SKU without an offer is unknown.
///
/// Lines of the same SKU share its stock in the order of the request.
#[must_use]
pub fn simulate(
    settings: &Settings,
    marketplace: &Marketplace,
    request: &SimulationRequest,
    offers: &HashMap<SkuId, Offer>,
    now: Instant,
) -> SimulationResponse {
    let destination = request.destination();
    let mut cart = Cart {
        settings,
        marketplace,
        routes: destination.map(|place| shipping::routes(&settings.shipping, &place, now)),
        allocation: Allocation::default(),
    };
    let sales_channel = marketplace.sales_channel(request.sales_channel.as_deref());
    let sold = |item: &RequestedItem| {
        let offer = offers
            .get(item.sku.as_ref()?)
            .filter(|offer| offer.active)?;
        let price = pricing::price(offer, marketplace, sales_channel?, now)?;
        Some((offer, price))
    };
    let (items, mut logistics_info): (Vec<_>, Vec<_>) = request
        .items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| Some((index, item, sold(item)?)))
        .map(|(index, item, (offer, price))| cart.line(index, item, offer, price))
        .unzip();
    if items.iter().all(|item| item.quantity == 0) {
        logistics_info.clear();
    }
    SimulationResponse {
        country: request.country,
        postal_code: request.postal_code.clone(),
        allow_multiple_deliveries: destination.is_some(),
        items,
        logistics_info,
    }
}

struct Cart<'a> {
    settings: &'a Settings,
    marketplace: &'a Marketplace,
    /// The methods that serve the address; `None` without one.
    routes: Option<Vec<Route<'a>>>,
    /// What the lines so far take.
    allocation: Allocation,
}

impl<'a> Cart<'a> {
    fn line(
        &mut self,
        index: usize,
        requested: &RequestedItem,
        offer: &'a Offer,
        price: Price,
    ) -> (SimulatedItem, LogisticsInfo) {
        let stock = offer.available(self.warehouses());
        let routes: Vec<_> = self
            .routes
            .iter()
            .flatten()
            .filter(|route| route.carries(offer))
            .map(|route| (route, self.allocation.most(offer, route.warehouses())))
            .collect();
        // One method delivers the whole line. Where none does, the row still says what there is.
        let most = match routes.iter().map(|(_, most)| *most).max() {
            Some(most) => most,
            None => self.allocation.most(offer, self.warehouses()),
        };
        let quantity = requested.quantity.get().min(most);
        let able = |most: i64| quantity > 0 && quantity <= most;
        let slas = routes
            .iter()
            .filter(|(_, most)| able(*most))
            .filter_map(|(route, _)| route.quote(offer, quantity))
            .collect();
        // Which method the shopper will choose is not known: the first one's warehouse is taken.
        match routes.iter().find(|(_, most)| able(*most)) {
            Some((route, _)) => self.allocation.take(offer, route.warehouses(), quantity),
            None => {
                let all: Vec<&WarehouseId> = self.warehouses().collect();
                self.allocation.take(offer, all, quantity)
            }
        };
        let item = self.item(index, requested, offer, price, quantity);
        let logistics = LogisticsInfo {
            item_index: index,
            quantity,
            stock_balance: stock,
            ships_to: self.settings.seller.ships_to.clone(),
            delivery_channels: self.channels(offer),
            slas,
        };
        (item, logistics)
    }

    fn warehouses(&self) -> impl Iterator<Item = &'a WarehouseId> {
        let settings: &'a Settings = self.settings;
        settings.warehouses.iter().map(|warehouse| &warehouse.id)
    }

    fn item(
        &self,
        index: usize,
        requested: &RequestedItem,
        offer: &Offer,
        price: Price,
        quantity: i64,
    ) -> SimulatedItem {
        SimulatedItem {
            id: requested.id.clone(),
            request_index: index,
            price: price.price,
            list_price: price.list_price,
            quantity,
            seller: requested.seller.clone(),
            merchant_name: self.marketplace.merchant_name.clone(),
            measurement_unit: offer.measurement_unit.clone(),
            unit_multiplier: Exact(offer.unit_multiplier),
            price_tags: [],
            price_valid_until: price.valid_until,
            offerings: offer
                .offerings
                .iter()
                .map(|offering| SimulatedOffering {
                    kind: offering.kind.clone(),
                    id: offering.id.clone(),
                    name: offering.name.clone(),
                    price: offering.price,
                })
                .collect(),
        }
    }

    /// The channels the SKU can take at all, whatever the address.
    fn channels(&self, offer: &Offer) -> Vec<ChannelStock> {
        let stock_of = |channel| {
            let mut places: Vec<&WarehouseId> = self
                .settings
                .shipping
                .methods
                .iter()
                .filter(|method| method.channel == channel && method.carries(offer))
                .flat_map(|method| &method.warehouses)
                .collect();
            places.sort_unstable();
            places.dedup();
            (!places.is_empty()).then(|| ChannelStock {
                id: channel,
                stock_balance: offer.available(places),
            })
        };
        [DeliveryChannel::Delivery, DeliveryChannel::PickupInPoint]
            .into_iter()
            .filter_map(stock_of)
            .collect()
    }
}

#[cfg(test)]
mod tests;
