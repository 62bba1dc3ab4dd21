"""What columns are called in French, Spanish, German and Portuguese: more headers that are known, by field.

Accents, case, spaces, hyphens and underscores do not count (see `matcher.plain_header`). A word that
means one column on the Bundles sheet may mean another on the Videos sheet.
"""

from __future__ import annotations

from collections.abc import Mapping

_SHARED: dict[str, tuple[str, ...]] = {
    "bundle": (
        *("lot", "nom du lot", "référence du lot", "nom du bundle", "référence du bundle"),
        *(
            "lote",
            "nombre del lote",
            "referencia del lote",
            "paquete",
            "paket",
            "bündel",
            "paketname",
            "pacote",
            "nome do lote",
            "referência do lote",
        ),
    ),
    "action": ("acción", "aktion", "ação"),
    "message": ("mensaje", "nachricht", "mensagem", "commentaire", "comentario", "kommentar", "comentário"),
}

BUNDLE_WORDS: Mapping[str, tuple[str, ...]] = {
    **_SHARED,
    "bundle_id": ("id du lot", "id del lote", "paket-id", "id do lote"),
    "bundle_type": ("type de lot", "tipo de lote", "pakettyp", "type", "tipo", "typ"),
    "platform": ("plateforme", "réseau", "réseau social", "plataforma", "red social", "plattform", "netzwerk", "rede social"),
    "country": ("pays", "code pays", "país", "land", "ländercode", "marché", "mercado", "markt"),
    "title": ("titre", "título", "titel", "campagne", "campaña", "kampagne", "campanha"),
    "videos_quantity": ("nombre de vidéos", "número de vídeos", "cantidad de vídeos", "anzahl videos", "anzahl der videos", "quantidade de vídeos"),
    "edits_quantity": ("nombre de montages", "número de ediciones", "anzahl bearbeitungen", "número de edições"),
    "username": ("nom d'utilisateur", "identifiant", "nombre de usuario", "usuario", "benutzername", "nome de usuário", "usuário"),
    "visible_name": ("nom affiché", "nom visible", "nombre visible", "anzeigename", "nome visível", "nome de exibição"),
    "biography": ("biographie", "biografía", "biografie", "biografia"),
    "profile_picture": ("photo de profil", "foto de perfil", "profilbild", "avatar"),
    "link_in_bio": ("lien en bio", "lien dans la bio", "enlace en la bio", "link in der bio", "link na bio"),
    "publish": ("publier", "publicar", "veröffentlichen"),
    "account_id": ("id du compte", "id de cuenta", "konto-id", "id da conta"),
    "niche_warming_instructions": ("niche", "nicho", "nische"),
    "moderation": ("modération", "moderación", "moderação"),
}

POSITION_WORDS: Mapping[str, tuple[str, ...]] = {
    **_SHARED,
    "bundle_id": ("id du lot", "id del lote", "paket-id", "id do lote"),
    "position": ("numéro", "posición", "número", "nummer", "posição", "platz"),
    "name": ("nom", "nombre", "nom de la vidéo", "nombre del vídeo", "videoname", "nome", "nome do vídeo"),
    "video_type": ("type de vidéo", "type de contenu", "tipo de vídeo", "tipo de contenido", "videotyp", "inhaltstyp", "tipo de conteúdo"),
    "instagram_content_type": ("type instagram", "tipo de instagram", "instagram-typ"),
    "video": ("vidéo", "lien vidéo", "fichier vidéo", "vídeo", "enlace de vídeo", "videodatei", "videolink", "link do vídeo"),
    "carousel_images": ("images du carrousel", "imágenes", "imágenes del carrusel", "bilder", "karussellbilder", "imagens", "imagens do carrossel"),
    "description": ("légende", "texte", "descripción", "texto", "leyenda", "beschreibung", "bildunterschrift", "descrição", "legenda"),
    "target_publish_date": (
        *("date de publication", "fecha", "fecha de publicación", "datum", "veröffentlichungsdatum", "veröffentlichung"),
        *("data", "data de publicação"),
    ),
    "tiktok_sound_url": ("son", "son tiktok", "sonido", "sonido de tiktok", "ton", "tiktok-sound", "som", "som do tiktok"),
    "instagram_location": ("lieu", "ubicación", "ort", "localização"),
    "instagram_collaborators": ("collaborateurs", "colaboradores", "mitwirkende"),
    "youtube_title": ("titre youtube", "título de youtube", "youtube-titel", "título do youtube"),
    "youtube_tags": ("mots-clés", "etiquetas", "schlagwörter"),
    "youtube_category": ("catégorie", "categoría", "kategorie", "categoria"),
    "youtube_visibility": ("visibilité", "visibilidad", "sichtbarkeit", "visibilidade"),
    "editing_instructions": ("consignes de montage", "instrucciones de edición", "bearbeitungshinweise", "instruções de edição"),
    "external_ref": ("référence", "referencia", "referenz", "referência"),
}

SHEET_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("lots", "comptes", "lotes", "cuentas", "pakete", "konten", "contas"), "Bundles"),
    **dict.fromkeys(("vidéos", "vídeos", "publications", "publicaciones", "beiträge", "publicações"), "Videos"),
}
