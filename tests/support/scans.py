"""Scanned pages and issues in miniature, in the shapes in which libraries give them out."""

from pathlib import Path

ALTO = """<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Layout>
<Page ID="P1" PHYSICAL_IMG_NR="7" WIDTH="2000" HEIGHT="3000"><PrintSpace>
<TextBlock ID="B0" HPOS="100" VPOS="50" WIDTH="1800" HEIGHT="60"><TextLine ID="L0" HPOS="100" VPOS="50" WIDTH="1800" HEIGHT="60"><String ID="S0" CONTENT="GAZETTE" HPOS="100" VPOS="50" WIDTH="700" HEIGHT="60" WC="0.5"/></TextLine></TextBlock>
<TextBlock ID="B1" HPOS="100" VPOS="200" WIDTH="800" HEIGHT="400"><TextLine ID="L1" HPOS="100" VPOS="200" WIDTH="800" HEIGHT="40"><String ID="S1" CONTENT="The" HPOS="100" VPOS="200" WIDTH="90" HEIGHT="40" WC="0.9"/><SP/><String ID="S2" CONTENT="ferry" HPOS="200" VPOS="200" WIDTH="150" HEIGHT="40" WC="0.7"/><SP/><String ID="S3" CONTENT="har" SUBS_TYPE="HypPart1" SUBS_CONTENT="harbour" HPOS="360" VPOS="200" WIDTH="100" HEIGHT="40" WC="0.8"/><HYP CONTENT="-"/></TextLine>
<TextLine ID="L2" HPOS="100" VPOS="250" WIDTH="800" HEIGHT="40"><String ID="S4" CONTENT="bour" SUBS_TYPE="HypPart2" SUBS_CONTENT="harbour" HPOS="100" VPOS="250" WIDTH="120" HEIGHT="40" WC="0.8"/><SP/><String ID="S5" CONTENT="is" HPOS="230" VPOS="250" WIDTH="40" HEIGHT="40" WC="1.0"/><SP/><String ID="S6" CONTENT="wid-" HPOS="280" VPOS="250" WIDTH="100" HEIGHT="40" WC="0.6"/></TextLine>
<TextLine ID="L3" HPOS="100" VPOS="300" WIDTH="800" HEIGHT="40"><String ID="S7" CONTENT="ened." HPOS="100" VPOS="300" WIDTH="120" HEIGHT="40" WC="0.6"/></TextLine></TextBlock>
<ComposedBlock ID="C1"><TextBlock ID="B2" HPOS="1050" VPOS="200" WIDTH="800" HEIGHT="300"><TextLine ID="L4" HPOS="1050" VPOS="200" WIDTH="800" HEIGHT="40"><String ID="S8" CONTENT="BRIDGE" HPOS="1050" VPOS="200" WIDTH="300" HEIGHT="40" WC="1.0"/></TextLine><TextLine ID="L5" HPOS="1050" VPOS="250" WIDTH="800" HEIGHT="40"><String ID="S9" CONTENT="closed." HPOS="1050" VPOS="250" WIDTH="300" HEIGHT="40" WC="1.0"/></TextLine></TextBlock></ComposedBlock>
</PrintSpace></Page></Layout></alto>
"""  # noqa: E501

PAGE_XML = """<?xml version="1.0" encoding="UTF-8"?>
<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"><Page imageFilename="7.tif">
<ReadingOrder><OrderedGroup><RegionRefIndexed index="0" regionRef="r2"/><RegionRefIndexed index="1" regionRef="r1"/></OrderedGroup></ReadingOrder>
<TextRegion id="r1"><Coords points="1050,200 1850,200 1850,500 1050,500"/><TextLine id="l3"><Coords points="1050,200 1850,200 1850,240 1050,240"/><TextEquiv conf="0.5"><Unicode>Bridge closed.</Unicode></TextEquiv></TextLine></TextRegion>
<TextRegion id="r2"><Coords points="100,200 900,200 900,600 100,600"/><TextLine id="l1"><Coords points="100,200 900,200 900,240 100,240"/><Word id="w1"><Coords points="100,200 190,200 190,240 100,240"/><TextEquiv index="1"><Unicode>Thc</Unicode></TextEquiv><TextEquiv index="0" conf="0.9"><Unicode>The</Unicode></TextEquiv></Word><Word id="w2"><TextEquiv><Unicode>har¬</Unicode></TextEquiv></Word></TextLine>
<TextLine id="l2"><Coords points="100,250 900,250 900,290 100,290"/><TextEquiv><Unicode>bour is open.</Unicode></TextEquiv></TextLine></TextRegion>
</Page></PcGts>
"""  # noqa: E501

HOCR = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title></title><meta name="ocr-system" content="tesseract 5"/></head><body>
<div class='ocr_page' id='page_1' title='image "a.png"; bbox 0 0 2000 3000; ppageno 6'>
<div class='ocr_carea' title='bbox 100 200 900 600'><p class='ocr_par'>
<span class='ocr_line' title='bbox 100 200 900 240; baseline 0 -5'><span class='ocrx_word' title='bbox 100 200 190 240; x_wconf 96'>The</span> <span class='ocrx_word' title='bbox 200 200 350 240; x_wconf 84'>har-</span></span>
<span class='ocr_line' title='bbox 100 250 900 290'><span class='ocrx_word' title='bbox 100 250 300 290; x_wconf 90'>bour</span> <span class='ocrx_word' title='bbox 310 250 420 290; x_wconf 90'>&amp;&nbsp;more</span></span></p>
<p class='ocr_par'><span class='ocr_line' title='bbox 100 300 900 340'>Bridge closed.</span></p></div></div>
</body></html>
"""  # noqa: E501

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">
<mets:dmdSec ID="ISSUE"><mets:mdWrap><mets:xmlData><mods:mods><mods:titleInfo><mods:title>Port Gazette.</mods:title></mods:titleInfo><mods:originInfo><mods:dateIssued>1824-02-17</mods:dateIssued></mods:originInfo><mods:language><mods:languageTerm>eng</mods:languageTerm></mods:language></mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec>
<mets:dmdSec ID="DMD1"><mets:mdWrap><mets:xmlData><mods:mods><mods:titleInfo><mods:nonSort>The</mods:nonSort><mods:title>Ferry</mods:title></mods:titleInfo></mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec>
<mets:fileSec><mets:fileGrp><mets:file ID="ALTO1"><mets:FLocat xlink:href="file://./alto/0001.xml"/></mets:file><mets:file ID="IMG1"><mets:FLocat xlink:href="0001.tif"/></mets:file></mets:fileGrp></mets:fileSec>
"""  # noqa: E501

METS_NESTED = (
    _HEAD
    + """<mets:structMap TYPE="PHYSICAL"><mets:div TYPE="Newspaper"><mets:div TYPE="page" ORDER="1" ORDERLABEL="3"><mets:fptr FILEID="IMG1"/><mets:fptr FILEID="ALTO1"/></mets:div></mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL"><mets:div TYPE="ISSUE" DMDID="ISSUE">
<mets:div ID="A1" TYPE="ARTICLE" DMDID="DMD1"><mets:div TYPE="BODY"><mets:fptr><mets:area FILEID="ALTO1" BETYPE="IDREF" BEGIN="B1"/></mets:fptr></mets:div></mets:div>
<mets:div ID="A2" TYPE="ADVERTISEMENT" LABEL="To let"><mets:fptr><mets:area FILEID="ALTO1" BETYPE="IDREF" BEGIN="C1"/></mets:fptr></mets:div>
</mets:div></mets:structMap></mets:mets>"""  # noqa: E501
)

METS_LINKED = (
    _HEAD
    + """<mets:structMap TYPE="LOGICAL"><mets:div ID="log1" TYPE="ISSUE" DMDID="ISSUE"><mets:div ID="A1" TYPE="ARTICLE" DMDID="DMD1"/></mets:div></mets:structMap>
<mets:structMap TYPE="PHYSICAL"><mets:div ID="phys0"><mets:div ID="phys1" ORDER="3" TYPE="page"><mets:fptr FILEID="ALTO1"/>
<mets:div ID="pa1" TYPE="pagearea"><mets:fptr><mets:area FILEID="IMG1" SHAPE="RECT" COORDS="1,2,3,4"/></mets:fptr><mets:fptr><mets:area FILEID="ALTO1" BETYPE="IDREF" BEGIN="S1" END="S3"/></mets:fptr></mets:div>
</mets:div></mets:div></mets:structMap>
<mets:structLink><mets:smLinkGrp><mets:smLocatorLink xlink:href="#log1"/><mets:smLocatorLink xlink:href="#phys0"/></mets:smLinkGrp>
<mets:smLinkGrp><mets:smLocatorLink xlink:href="#A1"/><mets:smLocatorLink xlink:href="#pa1"/></mets:smLinkGrp></mets:structLink></mets:mets>"""  # noqa: E501
)


def issue(folder: Path, mets: str = METS_NESTED) -> Path:
    """A folder with an issue of one page; returns its METS file."""
    (folder / "alto").mkdir(parents=True)
    (folder / "alto" / "0001.xml").write_text(ALTO, encoding="utf-8")
    path = folder / "1824-mets.xml"
    path.write_text(mets, encoding="utf-8")
    return path
