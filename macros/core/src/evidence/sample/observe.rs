//! What the values at one place have in common.

use crate::json::JsonValue;
use crate::literal::moment::{Moment, moment};
use crate::shape::{ObjectShape, Shape, ValueShape};

/// With more keys than that, objects are no structs but maps.
const MOST_KEYS: usize = 250;

/// From here on a `f64` does not hold every whole number: what was written was a longer one.
const LARGEST: f64 = 9_007_199_254_740_992.0;

impl ValueShape {
    pub(crate) fn of<'v>(values: impl IntoIterator<Item = &'v JsonValue>) -> Self {
        let mut place = Self::default();
        for value in values {
            place.observe(value);
        }
        place
    }

    pub(crate) fn observe(&mut self, value: &JsonValue) {
        self.seen += 1;
        if *value == JsonValue::Null {
            self.null = true;
            return;
        }
        if self.example.is_none() && !matches!(value, JsonValue::Array(_) | JsonValue::Object(_)) {
            self.example = Some(value.to_string());
        }
        let shape = std::mem::take(&mut self.shape);
        self.shape = shape.with(value);
    }
}

impl Shape {
    fn with(self, value: &JsonValue) -> Self {
        match (self, value) {
            (Self::Nothing | Self::Bool, JsonValue::Bool(_)) => Self::Bool,
            (Self::Nothing, JsonValue::Integer(number)) => Self::Integer { least: *number, most: *number },
            (Self::Integer { least, most }, JsonValue::Integer(number)) => {
                Self::Integer { least: least.min(*number), most: most.max(*number) }
            }
            (Self::Float, JsonValue::Integer(_)) => Self::Float,
            (Self::Nothing | Self::Integer { .. } | Self::Float, JsonValue::Float(number)) if is_held(*number) => {
                Self::Float
            }
            (Self::Nothing | Self::Time, JsonValue::Text(text)) if moment(text) == Some(Moment::Timestamp) => {
                Self::Time
            }
            (Self::Nothing | Self::Time | Self::Text, JsonValue::Text(_)) => Self::Text,
            (Self::Nothing, JsonValue::Array(items)) => Self::List(Box::new(ValueShape::of(items))),
            (Self::List(mut place), JsonValue::Array(items)) => {
                for item in items {
                    place.observe(item);
                }
                Self::List(place)
            }
            (Self::Nothing, JsonValue::Object(members)) => ObjectShape::default().with(members),
            (Self::Object(object), JsonValue::Object(members)) => object.with(members),
            _ => Self::Mixed,
        }
    }
}

impl ObjectShape {
    fn with(mut self, members: &[(String, JsonValue)]) -> Shape {
        self.count += 1;
        let is_full = self.members.len() + members.len() > MOST_KEYS;
        for (at, (key, value)) in members.iter().enumerate() {
            // Of a key that stands twice, the last counts.
            if members.iter().skip(at + 1).take(MOST_KEYS).any(|(later, _)| later == key) {
                continue;
            }
            match self.members.iter_mut().find(|(name, _)| name == key) {
                Some((_, place)) => place.observe(value),
                None if is_full => return Shape::Mixed,
                None => self.members.push((key.clone(), ValueShape::of([value]))),
            }
        }
        Shape::Object(self)
    }
}

fn is_held(number: f64) -> bool {
    number.fract() != 0.0 || number.abs() < LARGEST
}
