//! What the values at one place have in common.

use crate::json::Value;
use crate::literal::moment::{Moment, moment};
use crate::shape::{Object, Place, Shape};

/// With more keys than that, objects are no structs but maps.
const MOST_KEYS: usize = 250;

/// From here on a `f64` does not hold every whole number: what was written was a longer one.
const LARGEST: f64 = 9_007_199_254_740_992.0;

impl Place {
    pub(crate) fn of<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut place = Self::default();
        for value in values {
            place.see(value);
        }
        place
    }

    pub(crate) fn see(&mut self, value: &Value) {
        self.seen += 1;
        if *value == Value::Null {
            self.null = true;
            return;
        }
        if self.example.is_none() && !matches!(value, Value::Array(_) | Value::Object(_)) {
            self.example = Some(value.to_string());
        }
        let shape = std::mem::take(&mut self.shape);
        self.shape = shape.with(value);
    }
}

impl Shape {
    fn with(self, value: &Value) -> Self {
        match (self, value) {
            (Self::Nothing | Self::Bool, Value::Bool(_)) => Self::Bool,
            (Self::Nothing, Value::Integer(number)) => Self::Integer { least: *number, most: *number },
            (Self::Integer { least, most }, Value::Integer(number)) => {
                Self::Integer { least: least.min(*number), most: most.max(*number) }
            }
            (Self::Float, Value::Integer(_)) => Self::Float,
            (Self::Nothing | Self::Integer { .. } | Self::Float, Value::Float(number)) if is_held(*number) => {
                Self::Float
            }
            (Self::Nothing | Self::Time, Value::Text(text)) if moment(text) == Some(Moment::Timestamp) => Self::Time,
            (Self::Nothing | Self::Time | Self::Text, Value::Text(_)) => Self::Text,
            (Self::Nothing, Value::Array(items)) => Self::List(Box::new(Place::of(items))),
            (Self::List(mut place), Value::Array(items)) => {
                for item in items {
                    place.see(item);
                }
                Self::List(place)
            }
            (Self::Nothing, Value::Object(members)) => Object::default().with(members),
            (Self::Object(object), Value::Object(members)) => object.with(members),
            _ => Self::Mixed,
        }
    }
}

impl Object {
    fn with(mut self, members: &[(String, Value)]) -> Shape {
        self.count += 1;
        let is_full = self.members.len() + members.len() > MOST_KEYS;
        for (at, (key, value)) in members.iter().enumerate() {
            // Of a key that stands twice, the last counts.
            if members.iter().skip(at + 1).take(MOST_KEYS).any(|(later, _)| later == key) {
                continue;
            }
            match self.members.iter_mut().find(|(name, _)| name == key) {
                Some((_, place)) => place.see(value),
                None if is_full => return Shape::Mixed,
                None => self.members.push((key.clone(), Place::of([value]))),
            }
        }
        Shape::Object(self)
    }
}

fn is_held(number: f64) -> bool {
    number.fract() != 0.0 || number.abs() < LARGEST
}
