//! What a cart costs, how much of it there is, and how it is delivered (protocol §3.1).

use std::collections::HashMap;

use feirante_models::simulation::{
    ChannelStock, DeliveryChannel, Exact, LogisticsInfo, RequestedItem, SimulatedItem,
    SimulatedOffering, SimulationRequest, SimulationResponse, Sla,
};
use feirante_models::{Cents, Instant, SkuId, WarehouseId};

use crate::allocation::{Allocation, Supply, Taken};
use crate::channel::Sellable;
use crate::offer::Offer;
use crate::pricing::{self, Discount, Price};
use crate::settings::{Marketplace, Settings};
use crate::shipping::{Considered, Excluded, FreightBasis, Occupancy, Parcel, Route, Routes};

/// An answer and what it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated<'a> {
    /// What the marketplace is told.
    pub response: SimulationResponse<'a>,
    /// Why, for each line of `response.items`.
    pub lines: Vec<LineReasons<'a>>,
}

/// Why a line is answered as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineReasons<'a> {
    /// Its place in the request.
    pub index: usize,
    /// What a unit costs, and which rules make it so.
    pub price: Price<'a>,
    /// How much of it there is for the marketplace.
    pub stock: Sellable<'a>,
    /// What became of each delivery method; none where the request names no place.
    pub methods: Vec<Considered<'a>>,
}

/// Answers a simulation from the offers of the SKUs it asks for; a SKU without an offer is unknown.
/// `occupancy`: the orders that have the limited delivery windows.
///
/// Lines of the same SKU share its stock in the order of the request.
#[must_use]
pub fn simulate<'a>(
    settings: &'a Settings,
    marketplace: &'a Marketplace,
    request: &'a SimulationRequest,
    offers: &'a HashMap<SkuId, Offer>,
    occupancy: &'a Occupancy,
    now: Instant,
) -> Simulated<'a> {
    let destination = request.destination();
    let mut cart = Cart {
        settings,
        marketplace,
        routes: destination.map(|place| Routes::to(settings, &place, occupancy, now)),
        allocation: Allocation::default(),
    };
    let sales_channel = marketplace.sales_channel(request.sales_channel.as_deref());
    let sold = |item: &RequestedItem| {
        let offer = offers
            .get(item.sku.as_ref()?)
            .filter(|offer| offer.active)?;
        let promotions = &settings.promotions;
        let price = pricing::price(offer, promotions, marketplace, sales_channel?, now)?;
        Some((offer, price))
    };
    let (mut items, mut logistics_info, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    for (index, item) in request.items.iter().enumerate() {
        let Some((offer, price)) = sold(item) else {
            continue;
        };
        let line = cart.line(index, item, offer, price);
        items.push(line.item);
        logistics_info.push(line.logistics);
        lines.push(LineReasons {
            index,
            price,
            stock: line.stock,
            methods: line.methods,
        });
    }
    if items.iter().all(|item| item.quantity == 0) {
        logistics_info.clear();
    }
    let response = SimulationResponse {
        country: request.country,
        postal_code: request.postal_code.as_deref(),
        allow_multiple_deliveries: destination.is_some(),
        items,
        logistics_info,
    };
    Simulated { response, lines }
}

/// A line, answered.
struct Line<'a> {
    item: SimulatedItem<'a>,
    logistics: LogisticsInfo<'a>,
    stock: Sellable<'a>,
    methods: Vec<Considered<'a>>,
}

/// What a method offers for a line and who would ship it, or why nothing.
type Quoted<'a> = Result<(Sla<'a>, FreightBasis, Vec<Taken<'a>>), Excluded>;

struct Cart<'a> {
    settings: &'a Settings,
    marketplace: &'a Marketplace,
    /// The methods that serve the address; `None` without one.
    routes: Option<Routes<'a>>,
    /// What the lines so far take.
    allocation: Allocation,
}

impl<'a> Cart<'a> {
    fn line(
        &mut self,
        index: usize,
        requested: &'a RequestedItem,
        offer: &'a Offer,
        price: Price<'a>,
    ) -> Line<'a> {
        let stock = Sellable::of(self.settings, self.marketplace, offer);
        // What earlier lines leave of it.
        let left = (stock.units - self.allocation.taken(&offer.sku)).max(0);
        let most = |supply: &Supply<'_>| self.allocation.most(offer, supply).min(left);
        let (carrying, others): (Vec<_>, Vec<_>) = self
            .routes
            .iter()
            .flat_map(Routes::serving)
            .partition(|route| route.carries(offer));
        let routes: Vec<(&Route<'a>, i64)> = carrying
            .into_iter()
            .map(|route| (route, most(route.supply())))
            .collect();
        let anywhere = Supply::anywhere(self.settings, offer);
        let asked = requested.quantity.get();
        let (quantity, quoted) = self.quotes(&routes, offer, price.price, asked);
        // Where no method delivers, the row still says what there is.
        let quantity = quantity.unwrap_or_else(|| asked.min(most(&anywhere)));
        // Which method the shopper will choose is not known: the first one's warehouses are taken.
        let offered = || quoted.iter().position(Result::is_ok);
        let able = || routes.iter().position(|(_, most)| quantity <= *most);
        let first = offered().or_else(able).and_then(|route| routes.get(route));
        let supply = first.map_or(&anywhere, |(route, _)| route.supply());
        self.allocation.take(offer, supply, quantity);

        let mut methods: Vec<_> = others
            .into_iter()
            .map(|route| route.excluded(Excluded::NotForSku))
            .chain(self.routes.iter().flat_map(Routes::excluded).cloned())
            .collect();
        let mut slas = Vec::new();
        for ((route, _), quoted) in routes.iter().zip(quoted) {
            match quoted {
                Ok((sla, basis, places)) => {
                    slas.push(sla);
                    methods.push(route.considered(basis, places));
                }
                Err(why) => methods.push(route.excluded(why)),
            }
        }
        methods.sort_unstable_by_key(|considered| considered.method);
        let item = self.item(index, requested, offer, price, quantity);
        let logistics = LogisticsInfo {
            item_index: index,
            quantity,
            stock_balance: stock.units,
            ships_to: &self.settings.seller.ships_to,
            delivery_channels: self.channels(offer, stock.units),
            slas,
        };
        Line {
            item,
            logistics,
            stock,
            methods,
        }
    }

    /// The largest quantity that any of the methods delivers, with what each says to it. One method
    /// delivers the whole line. Where none does, it is the largest that one has; `None`: there are no
    /// methods.
    fn quotes(
        &self,
        routes: &[(&Route<'a>, i64)],
        offer: &Offer,
        unit_price: Cents,
        asked: i64,
    ) -> (Option<i64>, Vec<Quoted<'a>>) {
        let mut quantities: Vec<i64> = routes.iter().map(|(_, most)| asked.min(*most)).collect();
        quantities.sort_unstable_by(|one, other| other.cmp(one));
        quantities.dedup();
        let mut largest = None;
        for quantity in quantities {
            let quotes = routes.iter().map(|(route, most)| {
                let places = self.allocation.choose(offer, route.supply(), quantity);
                let places = places
                    .filter(|_| quantity > 0)
                    .ok_or(Excluded::NotEnoughStock { most: *most })?;
                let parcel = Parcel {
                    quantity,
                    unit_price,
                    places: &places,
                };
                let (sla, basis) = route.quote(offer, &parcel)?;
                Ok((sla, basis, places))
            });
            let quotes: Vec<Quoted<'a>> = quotes.collect();
            if quotes.iter().any(Result::is_ok) {
                return (Some(quantity), quotes);
            }
            largest.get_or_insert((quantity, quotes));
        }
        largest.map_or((None, Vec::new()), |(quantity, quotes)| {
            (Some(quantity), quotes)
        })
    }

    fn item(
        &self,
        index: usize,
        requested: &'a RequestedItem,
        offer: &'a Offer,
        price: Price<'a>,
        quantity: i64,
    ) -> SimulatedItem<'a> {
        SimulatedItem {
            id: &requested.id,
            request_index: index,
            price: price.price,
            list_price: price.list_price,
            quantity,
            seller: &requested.seller,
            merchant_name: self.marketplace.merchant_name.as_deref(),
            measurement_unit: &offer.measurement_unit,
            unit_multiplier: Exact(offer.unit_multiplier),
            price_tags: price.discount.iter().map(Discount::tag).collect(),
            price_valid_until: price.valid_until,
            offerings: offer
                .offerings
                .iter()
                .map(|offering| SimulatedOffering {
                    kind: &offering.kind,
                    id: &offering.id,
                    name: &offering.name,
                    price: offering.price,
                })
                .collect(),
        }
    }

    /// The channels the SKU can take at all, whatever the address.
    fn channels(&self, offer: &Offer, sellable: i64) -> Vec<ChannelStock> {
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
                stock_balance: offer.available(places).min(sellable),
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
