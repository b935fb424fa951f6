"""Words that carry no claim, Indonesian (chat spellings too) and English.

Negations are not here: `tidak`, `bukan`, `not` change what is claimed (search.guard).
"""

from __future__ import annotations

_INDONESIAN = """
ada adalah agar aja akan aku anda antara apa apakah atas atau bagi bahwa bagaimana banyak beberapa begini begitu
berbagai bisa boleh buat cuma dalam dan dapat dari daripada demi demikian dengan dg dgn di dia dong dr dlm dll gitu
guys hal hanya harus hingga ia ini inilah itu itulah iya jadi jangan jika juga kalau kalo kami kamu kan karena karna
kata katanya ke kemudian kepada ketika kita klo kok krn lagi lah lain lalu lebih maka mana masih mau melalui memang
mereka merupakan mungkin namun nanti nih nya oleh orang pada padahal para pd pernah pula pun saat saja sambil sampai
sana sangat saya sbg sdh sebagai sebelum sebuah secara sedang sehingga sejak selain selalu seluruh semua sendiri
seorang seperti serta sesuai setelah setiap siapa sih sini situ sudah supaya tapi telah tentang ter terhadap terkait
tersebut tetapi tsb udah untuk utk waktu yaitu yakni ya yah yaa yang yg
"""
_ENGLISH = """
a about after all also am an and any are as at be because been before being between both but by can could did do does
doing during each few for from further had has have having he her here hers him his how i if in into is it its itself
just me more most my now of off on once only or other our out over own s same she should so some such t than that the
their them then there these they this those through to too under until up very was we were what when where which while
who whom why will with would you your re ve ll d m via amp rt
"""
_CARRIER_WORDS = """
http https www com pic twitter facebook fb youtube instagram tiktok whatsapp status photo video_id html php
"""

CARRIERS = frozenset(_CARRIER_WORDS.split())
"""Parts of links, and the networks that messages travel by; in a debunk about a network they are names."""

STOP_WORDS = frozenset(_INDONESIAN.split()) | frozenset(_ENGLISH.split()) | CARRIERS
