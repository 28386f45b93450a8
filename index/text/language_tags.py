"""Language tags: any given tag becomes one BCP 47 primary subtag.

`de-AT`, `de_CH`, `deu` and `ger` all become `de`. Languages that the analyzers and the detector do
not distinguish share one subtag (`nb` under `no`, `cmn` under `zh`).
"""

import re

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_.@][A-Za-z0-9_.@-]*)?", re.ASCII)
_UNKNOWN = frozenset({"und", "mul", "mis", "zxx"})

_ISO_639 = """
afr=af amh=am ara=ar asm=as aze=az bak=ba bel=be ben=bn bod=bo tib=bo bos=bs bre=br bul=bg
cat=ca ces=cs cze=cs cym=cy wel=cy dan=da deu=de ger=de ell=el gre=el eng=en epo=eo est=et
eus=eu baq=eu fao=fo fas=fa per=fa fin=fi fra=fr fre=fr fry=fy gla=gd gle=ga glg=gl guj=gu
hat=ht hau=ha heb=he hin=hi hrv=hr hun=hu hye=hy arm=hy ibo=ig ind=id isl=is ice=is ita=it
jav=jv jpn=ja kan=kn kat=ka geo=ka kaz=kk khm=km kin=rw kir=ky kor=ko kur=ku lao=lo lat=la
lav=lv lit=lt ltz=lb mal=ml mar=mr mkd=mk mac=mk mlg=mg mlt=mt mon=mn mri=mi mao=mi msa=ms
may=ms mya=my bur=my nep=ne nld=nl dut=nl nno=nn nor=no nya=ny oci=oc ori=or orm=om pan=pa
pol=pl por=pt pus=ps que=qu roh=rm ron=ro rum=ro rus=ru san=sa sin=si slk=sk slo=sk slv=sl
sna=sn snd=sd som=so sot=st spa=es sqi=sq alb=sq srp=sr sun=su swa=sw swe=sv tam=ta tat=tt
tel=te tgk=tg tgl=tl tha=th tir=ti tuk=tk tur=tr uig=ug ukr=uk urd=ur uzb=uz vie=vi xho=xh
yid=yi yor=yo zho=zh chi=zh zul=zu
"""
"""ISO 639-2 and 639-3 as ISO 639-1, with the bibliographic codes."""

_OTHERS = """
iw=he in=id ji=yi jw=jv mo=ro mol=ro nb=no nob=no cmn=zh yue=zh wuu=zh arb=ar arz=ar ary=ar
pes=fa prs=fa swh=sw zsm=ms ekk=et lvs=lv khk=mn npi=ne ory=or uzn=uz als=gsw bh=bho
"""
"""Deprecated codes, and members of one macrolanguage."""

_ALIASES = dict(pair.split("=") for pair in (_ISO_639 + _OTHERS).split())


def primary_subtag(tag: str) -> str | None:
    """The BCP 47 primary subtag in lower case.

    None for a tag that means "unknown". Raises ValueError if it is not a language tag. Any
    well-formed tag is accepted.
    """
    match = _TAG.fullmatch(tag.strip())
    if match is None:
        shown = tag if len(tag) <= 40 else f"{tag[:40]}…"
        raise ValueError(f"{shown!r} is not a language tag; use a BCP 47 tag such as de or en-GB")
    subtag = match[1].lower()
    return None if subtag in _UNKNOWN else _ALIASES.get(subtag, subtag)
