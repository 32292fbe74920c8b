//! Every chart, with plain and with extreme data: nothing overlaps, nothing is cut off, every file is sound.

mod sample;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use resvg::usvg::{Group, Node, TextChunk};

use super::geometry::Rect;
use super::raster::parse;
use super::*;
use sample::gallery;

/// A text as usvg laid it out from the SVG alone: its words, size and the box of its glyphs' outlines. This
/// is independent of our own measuring.
struct Seen {
    text: String,
    size: f64,
    area: Rect,
}

fn texts(group: &Group, seen: &mut Vec<Seen>) {
    for node in group.children() {
        match node {
            Node::Group(inner) => texts(inner, seen),
            Node::Text(text) => {
                let spans: Vec<_> = text.chunks().iter().flat_map(TextChunk::spans).collect();
                // The halo is the same text once more, with a rim.
                if spans.iter().any(|s| s.stroke().is_some()) {
                    continue;
                }
                let b = text.flattened().abs_bounding_box();
                seen.push(Seen {
                    text: text.chunks().iter().map(TextChunk::text).collect(),
                    size: spans.iter().map(|s| f64::from(s.font_size().get())).fold(f64::INFINITY, f64::min),
                    area: Rect::new(b.left().into(), b.top().into(), b.right().into(), b.bottom().into()),
                });
            }
            _ => {}
        }
    }
}

fn seen(chart: &Chart) -> (Rect, Vec<Seen>) {
    let tree = parse(&chart.svg).unwrap();
    let mut all = Vec::new();
    texts(tree.root(), &mut all);
    (Rect::new(0.0, 0.0, tree.size().width().into(), tree.size().height().into()), all)
}

/// Texts that meet each other or the edge of the page.
pub(in crate::report) fn faults(name: &str, chart: &Chart) -> Vec<String> {
    let (page, all) = seen(chart);
    let mut faults = Vec::new();
    for (i, a) in all.iter().enumerate() {
        if !a.area.inside(&page) {
            faults.push(format!("{name}: `{}` leaves the page", a.text));
        }
        let over = all[..i].iter().filter(|b| a.area.overlaps(&b.area));
        faults.extend(over.map(|b| format!("{name}: `{}` overlaps `{}`", a.text, b.text)));
    }
    faults
}

#[test]
fn no_text_overlaps_another_or_leaves_the_page() {
    let found: Vec<String> = gallery().iter().flat_map(|(name, chart)| faults(name, chart)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn labels_keep_apart_wherever_the_data_lie(
        places in vec(0.0_f64..1.0, 1..9),
        shares in vec(0.0_f64..1.0, 5),
        unit in 4_i32..13,
    ) {
        let unit = libm::pow(10.0, f64::from(unit));
        prop_assert_eq!(faults("fan", &sample::fan_at(&places, unit)), Vec::<String>::new());
        prop_assert_eq!(faults("payoff", &sample::payoff_at(&places, unit)), Vec::<String>::new());
        prop_assert_eq!(faults("histogram", &sample::histogram_at(&places, &shares, unit)), Vec::<String>::new());
        prop_assert_eq!(faults("timing", &sample::timing_at(&shares)), Vec::<String>::new());
        prop_assert_eq!(faults("branches", &sample::branches_at(&shares, unit)), Vec::<String>::new());
        prop_assert_eq!(faults("cases", &sample::cases_at(&shares, unit)), Vec::<String>::new());
    }
}

#[test]
fn the_text_for_those_who_cannot_see_carries_the_numbers() {
    let alt = |id: &str| gallery().into_iter().find(|(name, _)| name == id).unwrap().1.alt;
    // the numbers of the sample data
    assert!(alt("histogram").contains("Mean $9.31bn") && alt("histogram").contains("12.6% of paths at $0"));
    assert!(alt("branches").contains("Converts at the cap: 38.2%, $4.9bn"));
    assert!(alt("tree").contains("Tranche 1 ($5bn): reached 100%, funded 97.0%"));
    assert!(alt("fan").contains("tranche 2 deadline (Mar 2027)"));
}

#[test]
fn no_text_is_smaller_than_nine_pixels() {
    for (name, chart) in gallery() {
        for text in seen(&chart).1 {
            assert!(text.size >= 9.0, "{name}: `{}` at {} px", text.text, text.size);
        }
    }
}

#[test]
fn our_widths_are_those_of_the_rasteriser() {
    font::register().unwrap();
    for (bold, text) in
        [(false, "Converts at cap $75bn, P50 ± 0.02"), (true, "Payoff To VALUE −$1.31bn – 38.2%")]
    {
        let font = font::Font { size: 20.0, bold };
        let mut canvas = canvas::Canvas::new(900.0, 100.0, 1.0);
        canvas.text((0.0, 50.0), canvas::Anchor::Start, canvas::Label::new(text, font));
        let svg = render::svg(&canvas, "", "").unwrap();
        let mut laid = Vec::new();
        texts(parse(&svg).unwrap().root(), &mut laid);
        // Our width is the advance; the glyphs' outlines are narrower by the blank at both ends, which is at
        // most a fifth of an em, and no wider.
        let (ours, theirs) = (font.width(text), laid[0].area.width());
        assert!(theirs <= ours && ours - theirs <= 0.2 * font.size, "{text}: {ours} and {theirs}");
    }
}

#[test]
fn charts_keep_to_the_plain_dialect() {
    for (name, chart) in gallery() {
        let svg = &chart.svg;
        for banned in [
            "<style",
            " style=",
            " id=",
            "class=",
            "<pattern",
            "dominant-baseline",
            "textLength",
            " dy=",
            "NaN",
            "inf",
        ] {
            let body: String = svg.lines().filter(|l| !l.starts_with("<desc>")).collect();
            assert!(!body.contains(banned), "{name} has {banned}");
        }
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\""), "{name}");
        assert!(svg.contains("<title>") && svg.contains("<desc>"), "{name}");
        assert!(svg.contains("font-weight=\"bold\""), "{name}: the title is not bold");
    }
}

#[test]
fn a_page_is_six_and_a_half_inches_and_its_picture_1950_pixels() {
    let (_, chart) = gallery().swap_remove(0);
    assert!(
        chart.svg.contains("width=\"6.5in\" height=\"3.75in\" viewBox=\"0 0 624 360\""),
        "{}",
        &chart.svg[..200]
    );
    let slide = Frame { size: Size::SLIDE, ..sample::frame("Slide") };
    let large = Branches::default().draw(&slide).unwrap();
    assert!(
        large.svg.contains("width=\"10in\" height=\"5.6in\" viewBox=\"0 0 624 349.44\""),
        "{}",
        large.svg
    );
    let bytes = chart.png().unwrap();
    let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let info = reader.info();
    // 6.5 in × 300 dpi, 3.75 in × 300 dpi, 300 / 0.0254 dots per metre
    assert_eq!((info.width, info.height), (1950, 1125));
    assert_eq!(info.color_type, png::ColorType::Rgb);
    assert_eq!(info.pixel_dims.unwrap().xppu, 11_811);
}

#[test]
fn the_same_data_give_the_same_bytes() {
    for ((name, one), (_, two)) in gallery().into_iter().zip(gallery()) {
        assert_eq!(one, two, "{name}");
    }
    let (_, chart) = gallery().swap_remove(0);
    assert_eq!(chart.png(), chart.png());
}

#[test]
fn columns_of_different_lengths_are_refused() {
    let wrong = Convergence {
        y_title: "Mean".into(),
        unit: Unit::Money,
        paths: vec![1.0, 2.0],
        mean: vec![1.0],
        standard_error: vec![1.0, 1.0],
    };
    let error = wrong.draw(&sample::frame("Convergence")).unwrap_err();
    assert_eq!(error.to_string(), "convergence: `mean` has 1 values where 2 are needed");
}

#[test]
fn long_names_are_shortened_in_the_picture_and_whole_in_the_text() {
    let name = "Converts at the valuation cap in a qualified financing that follows the second extension \
                of the maturity";
    let rows = vec![Branch { name: name.into(), meaning: Meaning::Cap, probability: 1.0, contribution: 1e9 }];
    let chart = Branches { rows, mean: 1e9 }.draw(&sample::frame("Endings")).unwrap();
    assert!(chart.alt.contains(name));
    let drawn = seen(&chart).1;
    assert!(drawn.iter().any(|t| t.text.starts_with("Converts at the")));
    let texts: Vec<&str> = drawn.iter().map(|t| t.text.as_str()).collect();
    assert!(texts.iter().any(|text| text.ends_with('…')), "{texts:?}");
}

#[test]
fn unknown_numbers_are_dashes_and_break_nothing() {
    for (name, chart) in sample::unknowns() {
        assert!(!chart.svg.contains("NaN") && !chart.alt.contains("NaN"), "{name}");
        assert_eq!(faults(&name, &chart), Vec::<String>::new());
        assert!(chart.png().is_ok(), "{name}");
    }
}

/// Writes every chart as a picture to the folder in `CABRIO_GALLERY`, to be looked at.
#[test]
#[ignore = "writes pictures for a person to look at"]
fn gallery_of_pictures() {
    let folder =
        std::path::PathBuf::from(std::env::var_os("CABRIO_GALLERY").expect("CABRIO_GALLERY is not set"));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, chart) in gallery() {
        std::fs::write(folder.join(format!("{name}.svg")), &chart.svg).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), chart.png().unwrap()).unwrap();
    }
}
