//! From SVG to PNG at 300 dpi, with the embedded font and nothing of the machine's.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::ChartError;

/// Dots per inch of the picture over CSS pixels per inch of the drawing.
const SCALE: f32 = 300.0 / 96.0;
/// 300 dpi in the unit of PNG's `pHYs` chunk, dots per metre (300 / 0.0254, rounded).
const DOTS_PER_METRE: u32 = 11_811;

/// The parsed SVG, its texts laid out in the embedded font.
///
/// # Errors
///
/// If the SVG is not well-formed.
pub(super) fn parse(svg: &str) -> Result<Tree, ChartError> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        fonts.load_font_data(dejavu::sans::regular().to_vec());
        fonts.load_font_data(dejavu::sans::bold().to_vec());
        Arc::new(fonts)
    });
    let options = Options { fontdb: Arc::clone(fonts), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|error| ChartError::Raster(error.to_string()))
}

/// The picture of an SVG: opaque, RGB, 8 bits a channel.
///
/// # Errors
///
/// If the SVG is not well-formed, is too large for a picture, or the PNG could not be written.
pub(super) fn png(svg: &str) -> Result<Vec<u8>, ChartError> {
    let tree = parse(svg)?;
    let size = tree
        .size()
        .to_int_size()
        .scale_by(SCALE)
        .ok_or_else(|| ChartError::Raster("the drawing has no size".to_owned()))?;
    let mut pixmap = Pixmap::new(size.width(), size.height())
        .ok_or_else(|| ChartError::Raster("the picture would be too large".to_owned()))?;
    pixmap.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixmap.as_mut());
    // The background is opaque, so that dropping the alpha channel loses nothing.
    let rgb: Vec<u8> = pixmap.data().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
    encode(&rgb, size.width(), size.height()).map_err(|error| ChartError::Raster(error.to_string()))
}

fn encode(rgb: &[u8], width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: DOTS_PER_METRE,
        yppu: DOTS_PER_METRE,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rgb)?;
    writer.finish()?;
    Ok(bytes)
}
