"""What user-written HTML may contain: v15's lists, the ones of html5lib's former sanitizer plus the editor's own."""

from __future__ import annotations

ELEMENTS = frozenset(
	"""
	a abbr acronym address animate animateColor animateMotion animateTransform area article aside audio b
	big blockquote body br button canvas caption center circle cite clipPath code col colgroup command
	datagrid datalist dd defs del desc details dfn dialog dir div dl dt ellipse em event-source fieldset
	figcaption figure font font-face font-face-name font-face-src footer form g glyph h1 h2 h3 h4 h5 h6 head
	header hkern hr html i img input ins kbd keygen label legend li line linearGradient link m maction map
	mark marker math menu merror meta metadata meter mfrac mi missing-glyph mmultiscripts mn mo mover
	mpadded mpath mphantom mprescripts mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr
	multicol munder munderover nav nextid none o:p ol optgroup option output p path polygon polyline pre
	progress q radialGradient rect s samp section select set small sound source spacer span stop strike
	strong style sub summary sup svg switch table tbody td text textarea tfoot th thead time title tr tspan
	tt u ul use var video
	""".split()
)
"""HTML, SVG and MathML elements that are kept; any other tag is shown as text."""

ATTRIBUTES = frozenset(
	"""
	abbr accept accept-charset accesskey action align allowfullscreen alt autocomplete autofocus axis
	background balance bgcolor bgproperties border bordercolor bordercolordark bordercolorlight
	bottompadding cellpadding cellspacing ch challenge char charoff charset checked choff cite class clear
	color cols colspan compact content contenteditable controls coords data data-comment
	data-denotation-char data-gramm data-id data-is-group data-language data-list data-mode data-placeholder
	data-row data-value datafld datapagesize datasrc datetime default delay dir disabled draggable dynsrc
	enctype end face for form frame frameborder galleryimg gutter headers height hidden hidefocus high href
	hreflang hspace icon id inputmode ismap itemid itemprop itemref itemscope itemtype keytype label lang
	leftspacing list longdesc loop loopcount loopend loopstart low lowsrc max maxlength media method min
	multiple name nohref noshade nowrap open optimum pattern ping point-size poster pqg preload prompt
	radiogroup readonly rel repeat-max repeat-min replace required rev rightspacing role rows rowspan rules
	scope selected shape size span spellcheck src start step style summary suppress tabindex target template
	title toppadding type unselectable urn usemap valign value variable volume vrml vspace width wrap
	xml:lang
	""".split()
)
"""Attributes that every element may have, besides data-*."""

SVG_ATTRIBUTES = frozenset(
	"""
	accent-height accumulate additive alphabetic arabic-form ascent attributeName attributeType baseProfile
	bbox begin by calcMode cap-height class clip-path color color-rendering colwidth content cx cy d descent
	display dur dx dy end fill fill-opacity fill-rule font-family font-size font-stretch font-style
	font-variant font-weight from fx fy g1 g2 glyph-name gradientUnits hanging height horiz-adv-x
	horiz-origin-x id ideographic k keyPoints keySplines keyTimes lang marker-end marker-mid marker-start
	markerHeight markerUnits markerWidth mathematical max min name offset opacity orient origin
	overline-position overline-thickness panose-1 path pathLength points preserveAspectRatio r refX refY
	repeatCount repeatDur requiredExtensions requiredFeatures restart rotate rx ry slope stemh stemv
	stop-color stop-opacity strikethrough-position strikethrough-thickness stroke stroke-dasharray
	stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
	systemLanguage target text-anchor to transform type u1 u2 underline-position underline-thickness unicode
	unicode-range units-per-em values version viewBox visibility width widths x x-height x1 x2 xlink:actuate
	xlink:arcrole xlink:href xlink:role xlink:show xlink:title xlink:type xml:base xml:lang xml:space xmlns
	xmlns:xlink y y1 y2 zoomAndPan
	""".split()
)
"""Attributes of the svg element."""

PROTOCOLS = frozenset({"cid", "http", "https", "mailto"})
"""Schemes that links and sources may have."""
