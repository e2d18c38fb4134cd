"""Given and family names, the places they are at home in, and how each culture orders them.

A name in another script carries its Latin spelling after a colon, for addresses. Where family names change with
gender, women's stand apart. All lists are ordinary names written down for the demo; nobody in particular is meant.
"""

from dataclasses import dataclass

EMEA, AMERICAS, APAC = "EMEA", "Americas", "APAC"


@dataclass(frozen=True, slots=True)
class Culture:
    """Names of one culture. `places` are (city, country, region); `middles` stand between given and family name."""

    weight: int
    domain: str
    places: tuple[tuple[str, str, str], ...]
    men: str
    women: str
    families: str
    families_of_women: str = ""
    middles: str = ""
    family_first: bool = False
    separator: str = " "


CULTURES = (
    Culture(
        22,
        "northwind.example",
        (
            ("London", "United Kingdom", EMEA),
            ("Manchester", "United Kingdom", EMEA),
            ("Dublin", "Ireland", EMEA),
            ("Chicago", "United States", AMERICAS),
            ("Denver", "United States", AMERICAS),
            ("Toronto", "Canada", AMERICAS),
            ("Melbourne", "Australia", APAC),
        ),
        "James Oliver Samuel Henry Daniel Thomas Joseph Benjamin Luke Adam Marcus Nathan Patrick Simon Edward "
        "Colin Graham Stuart Trevor Wesley Gareth Rhys Callum Desmond",
        "Emily Charlotte Grace Hannah Alice Rachel Megan Lucy Sophie Claire Naomi Bethany Fiona Heather "
        "Joanne Kirsty Lorna Phoebe Tamsin Harriet Isla Maeve Saoirse Winifred",
        "Ashworth Barnes Carter Dawson Ellison Fletcher Gibson Harding Ingram Jarvis Kendall Lawson Mercer "
        "Norris Osborne Parker Quigley Ramsey Saunders Thornton Underwood Vaughan Whitaker Yardley O'Brien "
        "McAllister Blackwood Coleman Drummond Everett Farrow Hollis Langley Marsden Prescott Redfern",
        middles="A. B. C. D. E. F. G. H. J. K. L. M. N. P. R. S. T. W.",
    ),
    Culture(
        14,
        "northwind-de.example",
        (
            ("Berlin", "Germany", EMEA),
            ("Hamburg", "Germany", EMEA),
            ("Köln", "Germany", EMEA),
            ("Wien", "Austria", EMEA),
            ("Zürich", "Switzerland", EMEA),
        ),
        "Jürgen Matthias Stefan Florian Sebastian Björn Jörg Lukas Felix Tobias Uwe Götz Henrik Konrad Ludger "
        "Moritz Niklas Raphael Till Volker Arne Bastian Detlef Ruprecht",
        "Annika Birgit Käthe Franziska Greta Heike Ilse Johanna Katharina Leonie Mareike Nadja Petra Sabine "
        "Ursula Verena Wiebke Zoë Antje Dörte Frauke Gisela Hedwig Svenja",
        "Müller Schröder Weiß Köhler Bäcker Lindner Vogt Kühn Großmann Jäger Böhm Krämer Haas Seidel Pfeiffer "
        "Strauß Winkler Zöllner Brandt Dietrich Ebert Fröhlich Günther Hartwig Kästner Löffler Nägele Oswald "
        "Reuter Sommer Thiele Ullrich Vollmer Wächter Zeidler Ackermann",
        middles="Maria Anna Johann Karl Emil Eva Luise Otto",
    ),
    Culture(
        6,
        "northwind-hu.example",
        (("Budapest", "Hungary", EMEA), ("Szeged", "Hungary", EMEA), ("Debrecen", "Hungary", EMEA)),
        "Gábor László Zoltán István Ádám Bence Dániel Ferenc Gergő Imre János Kristóf Levente Máté Norbert "
        "Örs Péter Sándor Tamás Viktor Zsolt Csaba Előd Győző",
        "Ágnes Borbála Csilla Dorottya Eszter Fruzsina Gyöngyi Hajnalka Ildikó Judit Katalin Lívia Márta "
        "Noémi Orsolya Piroska Réka Sarolta Tünde Veronika Zsófia Zsuzsanna Emőke Virág",
        "Kovács Szabó Tóth Nagy Horváth Varga Kiss Molnár Németh Farkas Balogh Papp Takács Juhász Lakatos "
        "Mészáros Oláh Simon Rácz Fekete Szűcs Gulyás Bíró Fazekas Győri Hegedűs Illés Jónás Kelemen Lengyel "
        "Máté Orbán Pásztor Somogyi Török Vörös",
        family_first=True,
    ),
    Culture(
        8,
        "northwind-es.example",
        (
            ("Madrid", "Spain", EMEA),
            ("Sevilla", "Spain", EMEA),
            ("Bogotá", "Colombia", AMERICAS),
            ("Ciudad de México", "Mexico", AMERICAS),
            ("Santiago", "Chile", AMERICAS),
        ),
        "Álvaro Andrés Ángel Diego Emilio Fernando Gonzalo Héctor Iñigo Javier Joaquín Julián Luis Martín "
        "Nicolás Óscar Pablo Raúl Rubén Sergio Tomás Vicente Gael Matías",
        "Adriana Beatriz Carmen Dolores Elena Estefanía Gabriela Inés Jimena Lucía Marisol Noelia Paloma "
        "Pilar Raquel Rocío Sofía Valentina Ximena Yolanda Begoña Macarena Itziar Araceli",
        "Aguilar Benítez Cárdenas Delgado Espinosa Fuentes Galván Herrera Ibáñez Jiménez Lozano Márquez "
        "Navarro Ordóñez Peña Quintana Ríos Salazar Trujillo Ugarte Valdés Yáñez Zamora Bermúdez Carrasco "
        "Durán Escobar Figueroa Guzmán Iturbe Leiva Montoya Núñez Palacios Robles Sepúlveda",
    ),
    Culture(
        7,
        "northwind-vn.example",
        (("Hà Nội", "Vietnam", APAC), ("Đà Nẵng", "Vietnam", APAC), ("Huế", "Vietnam", APAC)),
        "An Bảo Cường Dũng Đức Hải Hiếu Hùng Khánh Kiên Lâm Long Minh Nam Phong Quân Quốc Sơn Tài Thành Tiến "
        "Trung Tuấn Vinh",
        "Anh Bích Châu Diệp Dung Giang Hà Hạnh Hiền Hồng Huệ Lan Linh Loan Mai Nga Ngọc Nhung Oanh Phượng "
        "Quyên Thảo Trang Yến",
        "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Cao Tạ",
        middles="Văn Thị Đình Ngọc Quang Thanh Minh Xuân Hữu Kim",
        family_first=True,
    ),
    Culture(
        6,
        "northwind-mena.example",
        (
            ("القاهرة", "Egypt", EMEA),
            ("عمّان", "Jordan", EMEA),
            ("دبي", "United Arab Emirates", EMEA),
        ),
        "أحمد:ahmad باسل:basel جمال:jamal حسن:hassan خالد:khaled رامي:rami زياد:ziad سامر:samer طارق:tarek "
        "عادل:adel فادي:fadi كريم:karim مازن:mazen نبيل:nabil هاني:hani وليد:walid ياسر:yasser أيمن:ayman "
        "بلال:bilal عمر:omar",
        "أمل:amal بسمة:basma دانا:dana هدى:huda رنا:rana سلمى:salma عبير:abeer فرح:farah لينا:lina "
        "مريم:maryam نور:nour هبة:hiba ياسمين:yasmin ريم:reem سحر:sahar غادة:ghada ندى:nada جمانة:jumana "
        "شيماء:shaimaa منى:mona",
        "الحداد:alhaddad النجار:alnajjar الخطيب:alkhatib الشامي:alshami المصري:almasri حمدان:hamdan "
        "درويش:darwish سليمان:suleiman شاهين:shahin صالح:saleh عباس:abbas فارس:fares قاسم:qasem منصور:mansour "
        "ناصر:naser يوسف:yousef زيدان:zidan بركات:barakat جابر:jaber خوري:khoury رزق:rizk طه:taha عيسى:issa "
        "الكيلاني:alkilani",
    ),
    Culture(
        3,
        "northwind-il.example",
        (("תל אביב", "Israel", EMEA), ("חיפה", "Israel", EMEA)),
        "אורי:uri איתן:eitan אלון:alon בועז:boaz גיל:gil דוד:david זאב:zeev יואב:yoav יונתן:yonatan "
        "ליאור:lior משה:moshe נועם:noam עומר:omer עידו:ido רון:ron שי:shai תומר:tomer אסף:asaf",
        "אביגיל:avigail איילת:ayelet דנה:dana הילה:hila טל:tal יעל:yael מאיה:maya מיכל:michal נועה:noa "
        "ענת:anat רות:ruth שירה:shira תמר:tamar ליאת:liat אורנה:orna גלית:galit סיגל:sigal רחל:rachel",
        "אברהמי:avrahami ביטון:biton גולן:golan דהן:dahan הררי:harari זילבר:zilber חדד:hadad טולדנו:toledano "
        "ירון:yaron כץ:katz לוי:levi מזרחי:mizrahi נחום:nahum סגל:segal עמית:amit פרץ:peretz צור:tzur "
        "קדוש:kadosh רוזן:rosen שפירא:shapira",
    ),
    Culture(
        8,
        "northwind-cn.example",
        (("上海", "China", APAC), ("深圳", "China", APAC), ("台北", "Taiwan", APAC), ("成都", "China", APAC)),
        "伟:wei 强:qiang 磊:lei 军:jun 洋:yang 勇:yong 杰:jie 涛:tao 超:chao 明:ming 刚:gang 平:ping 辉:hui "
        "鹏:peng 建国:jianguo 志远:zhiyuan 浩然:haoran 俊豪:junhao 子轩:zixuan 天佑:tianyou 文博:wenbo "
        "家乐:jiale 宇航:yuhang 思源:siyuan 国栋:guodong 晓东:xiaodong 海峰:haifeng 立新:lixin 永康:yongkang "
        "泽宇:zeyu",
        "芳:fang 娜:na 敏:min 静:jing 丽:li 艳:yan 娟:juan 霞:xia 秀英:xiuying 玉兰:yulan 桂香:guixiang "
        "雅婷:yating 诗涵:shihan 欣怡:xinyi 梦瑶:mengyao 佳琪:jiaqi 雨桐:yutong 思琪:siqi 若兰:ruolan "
        "美玲:meiling 晓燕:xiaoyan 淑芬:shufen 慧敏:huimin 春梅:chunmei 海燕:haiyan 婉清:wanqing 子涵:zihan "
        "语嫣:yuyan 静怡:jingyi 乐瑶:leyao",
        "王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 黄:huang 赵:zhao 吴:wu 周:zhou 徐:xu 孙:sun 马:ma "
        "朱:zhu 胡:hu 郭:guo 何:he 林:lin 高:gao 梁:liang 郑:zheng 罗:luo 宋:song 谢:xie 唐:tang 韩:han "
        "曹:cao 许:xu 邓:deng 萧:xiao 冯:feng 曾:zeng 程:cheng 蔡:cai 彭:peng 潘:pan 袁:yuan 欧阳:ouyang",
        family_first=True,
        separator="",
    ),
    Culture(
        5,
        "northwind-jp.example",
        (("東京", "Japan", APAC), ("大阪", "Japan", APAC), ("札幌", "Japan", APAC)),
        "翔太:shota 大輔:daisuke 健一:kenichi 直樹:naoki 拓也:takuya 和也:kazuya 誠:makoto 隆:takashi "
        "陽斗:haruto 蓮:ren 悠真:yuma 湊:minato 浩二:koji 正樹:masaki 亮:ryo 修:osamu 哲也:tetsuya 光:hikaru "
        "慎吾:shingo 武:takeshi",
        "美咲:misaki 陽子:yoko 恵子:keiko 由美:yumi 愛:ai 彩:aya 千尋:chihiro 桜:sakura 結衣:yui 葵:aoi "
        "凛:rin 真由美:mayumi 智子:tomoko 久美子:kumiko 奈々:nana 麻衣:mai 明日香:asuka 花:hana 舞:mai "
        "さくら:sakura",
        "佐藤:sato 鈴木:suzuki 高橋:takahashi 田中:tanaka 伊藤:ito 渡辺:watanabe 山本:yamamoto 中村:nakamura "
        "小林:kobayashi 加藤:kato 吉田:yoshida 山田:yamada 佐々木:sasaki 松本:matsumoto 井上:inoue "
        "木村:kimura 林:hayashi 清水:shimizu 斎藤:saito 森:mori 池田:ikeda 橋本:hashimoto 阿部:abe "
        "石川:ishikawa 前田:maeda 藤田:fujita 岡田:okada 長谷川:hasegawa 村上:murakami 近藤:kondo",
        family_first=True,
    ),
    Culture(
        4,
        "northwind-kr.example",
        (("서울", "South Korea", APAC), ("부산", "South Korea", APAC)),
        "민준:minjun 서준:seojun 도윤:doyun 예준:yejun 시우:siwoo 하준:hajun 지호:jiho 준서:junseo "
        "현우:hyunwoo 지훈:jihoon 성민:sungmin 동현:donghyun 재원:jaewon 태양:taeyang 상철:sangchul "
        "영호:youngho 승기:seunggi 기태:kitae 우진:woojin 건우:gunwoo",
        "서연:seoyeon 지우:jiwoo 서현:seohyun 민서:minseo 하은:haeun 하윤:hayoon 윤서:yoonseo 지민:jimin "
        "채원:chaewon 수빈:subin 지은:jieun 은지:eunji 혜진:hyejin 미영:miyoung 영숙:youngsook 정아:jungah "
        "소라:sora 나리:nari 보람:boram 다은:daeun",
        "김:kim 이:lee 박:park 최:choi 정:jung 강:kang 조:cho 윤:yoon 장:jang 임:lim 한:han 오:oh 서:seo "
        "신:shin 권:kwon 황:hwang 안:ahn 송:song 류:ryu 홍:hong 남궁:namgung 선우:sunwoo",
        family_first=True,
        separator="",
    ),
    Culture(
        8,
        "northwind-in.example",
        (("पुणे", "India", APAC), ("दिल्ली", "India", APAC), ("जयपुर", "India", APAC)),
        "अमित:amit अनिल:anil अरुण:arun भरत:bharat दीपक:deepak गौरव:gaurav हरीश:harish जतिन:jatin करण:karan "
        "मनोज:manoj नितिन:nitin प्रकाश:prakash राजेश:rajesh रोहित:rohit संजय:sanjay सुनील:sunil विजय:vijay "
        "विकास:vikas यश:yash मोहन:mohan",
        "अंजलि:anjali अनीता:anita आशा:asha भावना:bhavana दीप्ति:deepti गीता:geeta ईशा:isha ज्योति:jyoti "
        "कविता:kavita लक्ष्मी:lakshmi मीरा:meera नेहा:neha पूजा:pooja प्रिया:priya रश्मि:rashmi रेखा:rekha "
        "संगीता:sangeeta शालिनी:shalini सुनीता:sunita वंदना:vandana",
        "शर्मा:sharma वर्मा:verma गुप्ता:gupta सिंह:singh पटेल:patel जोशी:joshi मेहता:mehta कुलकर्णी:kulkarni "
        "देशपांडे:deshpande चौहान:chauhan यादव:yadav मिश्रा:mishra तिवारी:tiwari सक्सेना:saxena अग्रवाल:agarwal "
        "भट्ट:bhatt चोपड़ा:chopra कपूर:kapoor मल्होत्रा:malhotra नायर:nair राव:rao रेड्डी:reddy सेठी:sethi "
        "त्रिवेदी:trivedi",
    ),
    Culture(
        4,
        "northwind-gr.example",
        (("Αθήνα", "Greece", EMEA), ("Θεσσαλονίκη", "Greece", EMEA), ("Λευκωσία", "Cyprus", EMEA)),
        "Γιώργος:giorgos Δημήτρης:dimitris Κώστας:kostas Νίκος:nikos Παναγιώτης:panagiotis Βασίλης:vasilis "
        "Χρήστος:christos Αλέξανδρος:alexandros Ηλίας:ilias Θανάσης:thanasis Ιωάννης:ioannis "
        "Λευτέρης:lefteris Μάριος:marios Πέτρος:petros Σπύρος:spyros Στέλιος:stelios Τάσος:tasos Φώτης:fotis",
        "Μαρία:maria Ελένη:eleni Αικατερίνη:aikaterini Βασιλική:vasiliki Σοφία:sofia Αγγελική:angeliki "
        "Γεωργία:georgia Δήμητρα:dimitra Ευαγγελία:evangelia Ζωή:zoi Ιωάννα:ioanna Κωνσταντίνα:konstantina "
        "Λαμπρινή:lambrini Νεφέλη:nefeli Όλγα:olga Παρασκευή:paraskevi Στυλιανή:styliani Χριστίνα:christina",
        "Παπαδόπουλος:papadopoulos Γεωργίου:georgiou Νικολαΐδης:nikolaidis Καραγιάννης:karagiannis "
        "Οικονόμου:oikonomou Βλάχος:vlachos Αντωνίου:antoniou Δημητρίου:dimitriou Ιωαννίδης:ioannidis "
        "Μακρής:makris Σταύρου:stavrou Χατζής:chatzis Αθανασίου:athanasiou Λάμπρου:lambrou Ράπτης:raptis",
        "Παπαδοπούλου:papadopoulou Γεωργίου:georgiou Νικολαΐδου:nikolaidou Καραγιάννη:karagianni "
        "Οικονόμου:oikonomou Βλάχου:vlachou Αντωνίου:antoniou Δημητρίου:dimitriou Ιωαννίδου:ioannidou "
        "Μακρή:makri Σταύρου:stavrou Χατζή:chatzi Αθανασίου:athanasiou Λάμπρου:lambrou Ράπτη:rapti",
    ),
    Culture(
        6,
        "northwind-bg.example",
        (("София", "Bulgaria", EMEA), ("Пловдив", "Bulgaria", EMEA), ("Алматы", "Kazakhstan", EMEA)),
        "Александър:aleksandar Борис:boris Васил:vasil Георги:georgi Димитър:dimitar Емил:emil Иван:ivan "
        "Калоян:kaloyan Любомир:lyubomir Мартин:martin Николай:nikolay Огнян:ognyan Петър:petar Румен:rumen "
        "Стефан:stefan Тодор:todor Христо:hristo Цветан:tsvetan Явор:yavor Живко:zhivko",
        "Анна:anna Боряна:boryana Василена:vasilena Галина:galina Десислава:desislava Елена:elena Жана:zhana "
        "Ивана:ivana Калина:kalina Лилия:liliya Мария:mariya Надежда:nadezhda Ольга:olga Полина:polina "
        "Ралица:ralitsa Силвия:silviya Теодора:teodora Цветелина:tsvetelina Яна:yana Виолета:violeta",
        "Иванов:ivanov Георгиев:georgiev Димитров:dimitrov Петров:petrov Николов:nikolov Христов:hristov "
        "Стоянов:stoyanov Тодоров:todorov Илиев:iliev Василев:vasilev Атанасов:atanasov Ангелов:angelov "
        "Колев:kolev Маринов:marinov Попов:popov Цонев:tsonev Юрьев:yuriev Щерев:shterev",
        "Иванова:ivanova Георгиева:georgieva Димитрова:dimitrova Петрова:petrova Николова:nikolova "
        "Христова:hristova Стоянова:stoyanova Тодорова:todorova Илиева:ilieva Василева:vasileva "
        "Атанасова:atanasova Ангелова:angelova Колева:koleva Маринова:marinova Попова:popova Цонева:tsoneva "
        "Юрьева:yurieva Щерева:shtereva",
    ),
    Culture(
        6,
        "northwind-tr.example",
        (("İstanbul", "Türkiye", EMEA), ("Ankara", "Türkiye", EMEA), ("İzmir", "Türkiye", EMEA)),
        "Ahmet Barış Burak Can Cem Çağrı Deniz Emre Erdem Gökhan Hakan İbrahim İlker Kerem Mert Oğuz Onur "
        "Ömer Serkan Şahin Tolga Uğur Volkan Yiğit",
        "Aslı Ayşe Begüm Burcu Ceren Çiğdem Defne Ebru Elif Esra Fatma Gizem Gülşen Hande İrem Kübra Merve "
        "Nazlı Özge Pınar Selin Şule Tuğba Zeynep",
        "Yılmaz Kaya Demir Şahin Çelik Yıldız Öztürk Aydın Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt "
        "Özdemir Şimşek Polat Güneş Erdoğdu Toprak Uçar Başaran Işık Gündüz Sönmez Tekin",
    ),
    Culture(
        7,
        "northwind-pl.example",
        (("Warszawa", "Poland", EMEA), ("Kraków", "Poland", EMEA), ("Łódź", "Poland", EMEA)),
        "Adam Bartłomiej Cezary Dawid Filip Grzegorz Hubert Jakub Jarosław Kamil Łukasz Maciej Michał Paweł "
        "Piotr Radosław Rafał Sławomir Szymon Tomasz Wojciech Zbigniew Mateusz Kacper",
        "Agnieszka Barbara Dorota Elżbieta Ewelina Grażyna Halina Iwona Joanna Justyna Kinga Małgorzata "
        "Monika Natalia Oliwia Paulina Renata Stanisława Świętosława Urszula Wanda Wioletta Zofia Żaneta",
        "Kowalski Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski "
        "Jankowski Mazur Krawczyk Piotrowski Grabowski Pawłowski Michalski Król Wieczorek Jabłoński Sikora "
        "Baran Żukowski Górski Pająk Śliwa",
        "Kowalska Wiśniewska Wójcik Kamińska Lewandowska Zielińska Szymańska Woźniak Dąbrowska Kozłowska "
        "Jankowska Mazur Krawczyk Piotrowska Grabowska Pawłowska Michalska Król Wieczorek Jabłońska Sikora "
        "Baran Żukowska Górska Pająk Śliwa",
    ),
)
