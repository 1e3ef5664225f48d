"""What people write for a date, and the day they mean or the reason to ask. Worked out by hand, on a calendar.

One line is `phrase | wanted`; what is wanted is a day, or a doubt's word behind a question mark.
"""

from dataclasses import dataclass
from datetime import date

ANCHORS = {
    "nof": date(2013, 11, 22),
    "last day": date(2013, 11, 22),
    "due date": date(2014, 1, 6),
    "cap": date(2014, 7, 5),
}


@dataclass(frozen=True)
class Phrase:
    """Said on this day; `day` is None where it must be asked."""

    today: date
    text: str
    day: date | None
    doubt: str | None


# Monday 2 December 2013
_MONDAY = """
2013-12-18 | 2013-12-18
2014/01/15 | 2014-01-15
2014-7-5 | 2014-07-05
12/18 | 2013-12-18
1/15 | 2014-01-15
01/15 | 2014-01-15
7/5 | 2014-07-05
12/18/2013 | 2013-12-18
12/18/13 | 2013-12-18
1/6/14 | 2014-01-06
07/05/2014 | 2014-07-05
12-18-2013 | 2013-12-18
12-18-13 | 2013-12-18
12.18.2013 | 2013-12-18
12 / 18 / 2013 | 2013-12-18
Dec 18 | 2013-12-18
Dec. 18 | 2013-12-18
dec 18 | 2013-12-18
DEC 18 | 2013-12-18
Dec18 | 2013-12-18
December 18 | 2013-12-18
December 18th | 2013-12-18
December 18, 2013 | 2013-12-18
December 18th, 2013 | 2013-12-18
December 18th 2013 | 2013-12-18
Dec. 18th, 2013 | 2013-12-18
18 December | 2013-12-18
18 December 2013 | 2013-12-18
18 Dec 2013 | 2013-12-18
18-Dec-2013 | 2013-12-18
18-Dec-13 | 2013-12-18
Dec 18 '13 | 2013-12-18
18th of December | 2013-12-18
the 18th of December, 2013 | 2013-12-18
the 15th of January | 2014-01-15
the fifteenth of January | 2014-01-15
January fifteenth | 2014-01-15
January the 15th | 2014-01-15
the twenty-first of March | 2014-03-21
March 31st | 2014-03-31
Jan 2nd, 2014 | 2014-01-02
Jan. 3rd | 2014-01-03
Sept. 5 | 2014-09-05
Sept 15, 2014 | 2014-09-15
May 1 | 2014-05-01
1 May 2014 | 2014-05-01
2013 December 18 | 2013-12-18
2014, Jan 15 | 2014-01-15
Wednesday, December 18 | 2013-12-18
Wed 12/18 | 2013-12-18
Wed. Dec. 18th | 2013-12-18
Wednesday 18 December 2013 | 2013-12-18
12/20 (Friday) | 2013-12-20
Dec 20, Friday | 2013-12-20
Friday the 20th | 2013-12-20
Friday the 13th | 2013-12-13
Wednesday the 1st | 2014-01-01
by 12/18 | 2013-12-18
by December 18, 2013 | 2013-12-18
until 12/18/2013 | 2013-12-18
until Dec 18 | 2013-12-18
till Dec 18th | 2013-12-18
through December 18 | 2013-12-18
thru 12/18 | 2013-12-18
no later than December 18 | 2013-12-18
no later than 5 p.m. on December 18 | 2013-12-18
not later than 12/18/2013 | 2013-12-18
on or before January 15, 2014 | 2014-01-15
due January 15 | 2014-01-15
on the 18th of December | 2013-12-18
December 18 at the latest | 2013-12-18
12/18 please | 2013-12-18
Dec 18, 5:00 PM | 2013-12-18
Dec 18 at 5pm Pacific | 2013-12-18
12/18/2013 17:00 | 2013-12-18
12/18! | 2013-12-18
"Dec 18" | 2013-12-18
extend to 3/15/2014 | 2014-03-15
today | 2013-12-02
TODAY | 2013-12-02
EOD | 2013-12-02
by end of day today | 2013-12-02
COB today | 2013-12-02
tomorrow | 2013-12-03
by tomorrow | 2013-12-03
tomorow | 2013-12-03
close of business tomorrow | 2013-12-03
the day after tomorrow | 2013-12-04
Friday | 2013-12-06
by Friday | 2013-12-06
Fri | 2013-12-06
this Friday | 2013-12-06
this coming Friday | 2013-12-06
COB Friday | 2013-12-06
by COB Friday | 2013-12-06
close of business on Friday | 2013-12-06
end of day Friday | 2013-12-06
Friday EOD | 2013-12-06
Friday at noon | 2013-12-06
Sunday | 2013-12-08
Thurs. | 2013-12-05
Friday next week | 2013-12-13
Friday of next week | 2013-12-13
next week Friday | 2013-12-13
Wednesday of this week | 2013-12-04
a week from Friday | 2013-12-13
one week from Friday | 2013-12-13
two weeks from Friday | 2013-12-20
a week from tomorrow | 2013-12-10
a week from today | 2013-12-09
in a week | 2013-12-09
in one week | 2013-12-09
in two weeks | 2013-12-16
in 2 weeks | 2013-12-16
in 2 wks | 2013-12-16
in two weeks' time | 2013-12-16
two weeks from today | 2013-12-16
two weeks from now | 2013-12-16
six weeks out | 2014-01-13
within two weeks | 2013-12-16
within the next two weeks | 2013-12-16
in 10 days | 2013-12-12
in ten days | 2013-12-12
in 90 days | 2014-03-02
within 90 days | 2014-03-02
within 90 calendar days | 2014-03-02
in the next 90 days | 2014-03-02
90 days from today | 2014-03-02
90 days from now | 2014-03-02
ninety days from today | 2014-03-02
ninety (90) days from today | 2014-03-02
forty-five days from today | 2014-01-16
in forty-five (45) days | 2014-01-16
in 180 days | 2014-05-31
in 10 business days | 2013-12-16
within 10 working days | 2013-12-16
10 business days from today | 2013-12-16
in 18 business days | 2013-12-27
next business day | 2013-12-03
in a month | 2014-01-02
in one month | 2014-01-02
one month from today | 2014-01-02
in three months | 2014-03-02
in 3 mos. | 2014-03-02
six months from now | 2014-06-02
in a year | 2014-12-02
in one year | 2014-12-02
in two years | 2015-12-02
a month from Friday | 2014-01-06
two weeks after Dec 18 | 2014-01-01
30 days after 12/18/2013 | 2014-01-17
30 days after November 22, 2013 | 2013-12-22
10 days before January 15 | 2014-01-05
the day before Christmas | 2013-12-24
the day after Christmas | 2013-12-26
two days after Christmas | 2013-12-27
Christmas | 2013-12-25
Christmas Eve | 2013-12-24
by New Year's Eve | 2013-12-31
New Year's Day | 2014-01-01
MLK Day | 2014-01-20
Martin Luther King Jr. Day | 2014-01-20
Presidents' Day | 2014-02-17
Memorial Day | 2014-05-26
the Friday before Memorial Day | 2014-05-23
July 4th | 2014-07-04
4th of July | 2014-07-04
Labor Day | 2014-09-01
the Friday after Labor Day | 2014-09-05
the first Friday after Labor Day | 2014-09-05
the Tuesday after Labor Day 2014 | 2014-09-02
the 2nd Friday after Labor Day | 2014-09-12
Thanksgiving 2014 | 2014-11-27
the day before Thanksgiving 2014 | 2014-11-26
the Monday after New Year's Day | 2014-01-06
the first Monday after January 15 | 2014-01-20
first Monday in March | 2014-03-03
the first Monday of March | 2014-03-03
1st Monday in March | 2014-03-03
the second Tuesday of January 2014 | 2014-01-14
the last Friday in January | 2014-01-31
last Friday of the month | 2013-12-27
the third Thursday of next month | 2014-01-16
the last business day of December | 2013-12-31
the last business day of May | 2014-05-30
the first business day of January | 2014-01-02
last day of February | 2014-02-28
the last day of February 2014 | 2014-02-28
the first of March | 2014-03-01
March 1st | 2014-03-01
the last day of the month | 2013-12-31
end of March | 2014-03-31
by the end of March | 2014-03-31
end of March 2014 | 2014-03-31
end of the month | 2013-12-31
end of this month | 2013-12-31
end of next month | 2014-01-31
EOM | 2013-12-31
month-end | 2013-12-31
end of the calendar year | 2013-12-31
end of 2014 | 2014-12-31
the 15th of this month | 2013-12-15
the 15th of next month | 2014-01-15
mid August | 2014-08-15
mid-August | 2014-08-15
mid-August 2014 | 2014-08-15
by mid August | 2014-08-15
the middle of August | 2014-08-15
mid Aug. | 2014-08-15
mid-month | 2013-12-15
the middle of next month | 2014-01-15
the cap | 2014-07-05
until the cap | 2014-07-05
a week before the cap | 2014-06-28
the Friday before the cap | 2014-07-04
30 days prior to the cap | 2014-06-05
the due date | 2014-01-06
the day after the due date | 2014-01-07
two weeks after the due date | 2014-01-20
10 business days after the due date | 2014-01-21
45 days after the NOF | 2014-01-06
forty-five days from the NOF | 2014-01-06
within 45 days of the NOF | 2014-01-06
45 days after the notification of findings | 2014-01-06
225 days after the last day of the review | 2014-07-05
225 days after the review | 2014-07-05
six months after the review | 2014-05-22
hoy | 2013-12-02
mañana | 2013-12-03
pasado mañana | 2013-12-04
el viernes | 2013-12-06
este viernes | 2013-12-06
para el viernes | 2013-12-06
18 de diciembre | 2013-12-18
el 18 de diciembre de 2013 | 2013-12-18
18 dic | 2013-12-18
miércoles 18 de diciembre | 2013-12-18
hasta el 15 de enero | 2014-01-15
a más tardar el 15 de enero | 2014-01-15
1 de marzo del 2014 | 2014-03-01
primero de marzo | 2014-03-01
en 90 días | 2014-03-02
dentro de 90 días | 2014-03-02
en noventa días | 2014-03-02
en dos semanas | 2013-12-16
en tres meses | 2014-03-02
en 10 días hábiles | 2013-12-16
treinta y cinco días después de Navidad | 2014-01-29
a mediados de agosto | 2014-08-15
mediados de agosto | 2014-08-15
fin de marzo | 2014-03-31
a fines de marzo | 2014-03-31
fin de mes | 2013-12-31
el primer lunes de marzo | 2014-03-03
el último día de febrero | 2014-02-28
45 días después del NOF | 2014-01-06
a fortnight from today | 2013-12-16
Friday week | 2013-12-13
the Friday of the week of December 16 | 2013-12-20
| ?no-date
hello | ?no-date
3.1 | ?no-date
EL 02 | ?no-date
I-EL 02 | ?no-date
18 | ?no-date
5 | ?no-date
20131218 | ?no-date
until further notice | ?no-date
Title III | ?no-date
we may send it | ?vague
2014 | ?no-date
Feb 30 | ?no-such-day
2/30 | ?no-such-day
February 29, 2014 | ?no-such-day
2/29 | ?no-such-day
11/31/2014 | ?no-such-day
April 31 | ?no-such-day
13/45 | ?no-such-day
0/10 | ?no-such-day
00/00/0000 | ?no-such-day
2013-13-01 | ?no-such-day
32 December | ?no-such-day
the fifth Monday in February | ?no-such-day
11/22/2013 | ?past
November 22, 2013 | ?past
12/1/2013 | ?past
yesterday | ?past
last Friday | ?past
the NOF | ?past
the last day of the review | ?past
Thanksgiving 2013 | ?past
12/18/2019 | ?too-far
December 18, 2016 | ?too-far
in three years | ?too-far
in 5000 days | ?too-far
12/3/2015 | ?too-far
Nov 20 | ?which-year
11/30 | ?which-year
Nov. 22nd | ?which-year
the day before Thanksgiving | ?which-year
mid-November | ?which-year
end of November | ?which-year
by the end of the year | ?which-year
EOY | ?which-year
two weeks after Nov 20 | ?which-year
the 15th | ?which-month
by the 15th | ?which-month
the 31st | ?which-month
the 5th of the month | ?which-month
next Friday | ?which-week
by next Friday | ?which-week
next Monday | ?which-week
Monday | ?which-week
a week from next Friday | ?which-week
el próximo viernes | ?which-week
el viernes que viene | ?which-week
Sunday of next week | ?which-week
next week | ?which-day
this week | ?which-day
end of the week | ?which-day
EOW | ?which-day
the week of December 16 | ?which-day
next month | ?which-day
January | ?which-day
sometime in January | ?which-day
January 2014 | ?which-day
01/2014 | ?which-day
may | ?which-day
early March | ?which-day
beginning of March | ?which-day
late March | ?which-day
principios de marzo | ?which-day
two weeks from January | ?which-day
18/12 | ?day-first
18/12/2013 | ?day-first
18.12.2013 | ?day-first
31/1/2014 | ?day-first
Friday, December 18 | ?weekday-differs
Tuesday 12/18 | ?weekday-differs
12/18/2013 (Thu) | ?weekday-differs
12/18 or 12/20 | ?several
Dec 18 or Dec 20 | ?several
Dec 18 - Dec 20 | ?several
between Dec 18 and Dec 20 | ?several
12/18-12/20 | ?several
Friday or Monday | ?several
03.04.2014 | ?several
before Christmas | ?or-day-before
before December 18 | ?or-day-before
antes del 18 de diciembre | ?or-day-before
90 days | ?from-when
another 30 days | ?from-when
30 more days | ?from-when
a 90-day extension | ?from-when
for two more weeks | ?from-when
10 business days | ?from-when
two weeks after board approval | ?which-event
after the board meeting | ?which-event
once the board approves | ?which-event
when we hire a teacher | ?which-event
30 days before the review | ?which-event
10 days after the training | ?which-event
10 school days | ?needs-calendar
in 10 school days | ?needs-calendar
spring break | ?needs-calendar
end of the school year | ?needs-calendar
end of the semester | ?needs-calendar
after winter break | ?needs-calendar
the first day of school | ?needs-calendar
Decmber 18 | ?spelling
Janurary 15 | ?spelling
Wenesday | ?spelling
Q1 | ?vague
Q1 2014 | ?vague
first quarter | ?vague
spring | ?vague
in the spring | ?vague
soon | ?vague
ASAP | ?vague
as soon as possible | ?vague
lo antes posible | ?vague
TBD | ?vague
in a few weeks | ?vague
in a couple of weeks | ?vague
a week and a half | ?vague
in 48 hours | ?vague
12-18 | ?vague
around Dec 18 | ?vague
maybe Friday | ?vague
Dec 18? | ?vague
December 18 or so | ?vague
Dec 20 2 | ?vague
Dec 18, 14 | ?vague
after Dec 18 | ?vague
midnight Friday | ?vague
this weekend | ?vague
now 2 | ?vague
tomorrow 3 | ?vague
2 min | ?no-date
2014 2 hrs | ?no-date
St. Patrick's Day | 2014-03-17
Easter | 2014-04-20
by the 2nd Friday in January | 2014-01-10
the Monday before Presidents' Day | 2014-02-10
Jan 31 | 2014-01-31
January 31st at midnight | ?vague
end of business January 31 | 2014-01-31
Friday, Jan 31st, 2014 | 2014-01-31
Friday 1/31 | 2014-01-31
1/31/14 COB | 2014-01-31
by close of business 1/31/14 | 2014-01-31
1-31-14 | 2014-01-31
31 January 2014 | 2014-01-31
Jan-31-2014 | 2014-01-31
Jan/31/2014 | 2014-01-31
31/Jan/2014 | 2014-01-31
2014 Jan 31 | 2014-01-31
in four weeks | 2013-12-30
four weeks from Monday | ?which-week
in about a month | ?vague
approx. 6 weeks | ?from-when
three months from the NOF | 2014-02-22
3 months after the NOF date | 2014-02-22
180 days from the last day of review | 2014-05-21
180 calendar days from the review | 2014-05-21
the last possible day | ?vague
the maximum allowed | ?no-date
as late as allowed | ?vague
two weeks prior to the due date | 2013-12-23
one week past the due date | 2014-01-13
the due date + 30 days | 2014-02-05
due date plus 30 days | 2014-02-05
today + 90 | ?vague
today plus 90 days | 2014-03-02
30 days later | ?vague
30 days hence | 2014-01-01
a month later | ?vague
the end of January | 2014-01-31
late January | ?which-day
January end | 2014-01-31
the last week of January | ?vague
first week of February | ?vague
Feb 1st week | ?vague
after the holidays | ?which-event
after the new year | ?which-event
right after New Year's | ?which-event
before the break | ?needs-calendar
when school resumes | ?needs-calendar
by Valentine's Day | 2014-02-14
Feb. 14th, '14 | 2014-02-14
2/14 | 2014-02-14
2/14/2014 (Friday) | 2014-02-14
2/14/2014 (Monday) | ?weekday-differs
14.2.2014 | ?day-first
14/2 | ?day-first
Feb fourteenth | 2014-02-14
the 14th day of February | 2014-02-14
February 14 or sooner | 2014-02-14
February 14, maybe later | ?vague
not sure | ?no-date
I don't know | ?no-date
no | ?no-date
yes | ?no-date
EL 02 until March 1 | ?vague
March 1 for EL 02 | ?vague
10/1 | ?which-year
12/1 | ?which-year
11/1 | ?which-year
01-06-2014 | 2014-01-06
2014-1-6 | 2014-01-06
Jan 6 2014 at 11:59 PM | 2014-01-06
Jan 6, 2014 11:59pm PST | 2014-01-06
Monday, January 6 | 2014-01-06
Monday the 6th of January | 2014-01-06
Mon Jan 6 | 2014-01-06
the first week day of January | ?vague
the first weekday of January | 2014-01-01
first day of February | 2014-02-01
second to last Friday in January | ?several
the Friday two weeks from now | ?vague
two Fridays from now | ?vague
every Friday | ?vague
Fridays | ?spelling
day 45 | ?vague
45th day | ?vague
90th day | ?vague
within the 45 days | ?vague
sixty days | ?from-when
in sixty days | 2014-01-31
in one hundred days | 2014-03-12
in one hundred eighty days | 2014-05-31
180 days | ?from-when
one hundred and eighty days from today | 2014-05-31
half a year from now | 2014-06-02
in a year and a half | 2015-06-02
in 18 months | 2015-06-02
in eighteen months | 2015-06-02
24 months from today | 2015-12-02
twenty-five months from today | ?too-far
three weeks from Wednesday | 2013-12-25
Wednesday after next | ?which-event
the Wednesday after next | ?which-event
a week on Friday | ?vague
Friday the 14th of February | 2014-02-14
quince de enero | 2014-01-15
15 de enero del 2014 | 2014-01-15
el día 15 de enero | 2014-01-15
el quince de enero de 2014 | 2014-01-15
enero 15 | 2014-01-15
viernes 20 de diciembre | 2013-12-20
el lunes | ?which-week
el próximo lunes | ?which-week
la próxima semana | ?which-day
la semana que viene | ?which-day
en un mes | 2014-01-02
en una semana | 2013-12-09
en seis semanas | 2014-01-13
dentro de 45 días | 2014-01-16
45 días a partir de hoy | 2014-01-16
45 días hábiles a partir de hoy | 2014-02-06
antes de Navidad | ?or-day-before
después de las vacaciones | ?needs-calendar
a finales de enero | 2014-01-31
al final de enero | 2014-01-31
fines de enero | 2014-01-31
principios de enero | ?which-day
el último viernes de enero | 2014-01-31
el segundo martes de febrero | 2014-02-11
para mañana | 2013-12-03
para fin de año | ?which-year
cuanto antes | ?vague
en la primavera | ?vague
31 de febrero | ?no-such-day
30 de febrero de 2014 | ?no-such-day
viernes 18 de diciembre | ?weekday-differs
December 18 2013 thanks! | 2013-12-18
Thanks, December 18 | 2013-12-18
sometime next week | ?which-day
middle of next week | ?vague
mid-week | ?vague
mid next month | 2014-01-15
in the middle of January | 2014-01-15
mid to late January | ?vague
mid January or so | ?vague
end of Jan/early Feb | ?several
Dec 18/19 | ?vague
12/18, 12/19 | ?vague
12/18 & 12/19 | ?several
Dec. 18 through Dec. 20 | ?several
from Dec 18 to Jan 6 | ?vague
through the end of January | 2014-01-31
until end of January 2014 | 2014-01-31
through January 2014 | ?which-day
until January | ?which-day
'til Jan 6 | 2014-01-06
until Jan 6 2014 (the due date) | 2014-01-06
6 January 14 | 2014-01-06
06JAN2014 | 2014-01-06
6Jan2014 | 2014-01-06
20140106 | ?no-date
1/6/014 | ?vague
1/6/20144 | ?vague
1/6/2 014 | ?vague
O1/06/2014 | ?vague
l/6/2014 | ?vague
1／6／2014 | 2014-01-06
２０１４-01-06 | 2014-01-06
Jan 6th 2014th | 2014-01-06
6th Jan | 2014-01-06
Jan. the sixth | 2014-01-06
the 6th | ?which-month
the 6 | ?no-date
1/6 | 2014-01-06
1\\6 | ?no-date
1.6 | ?no-date
1,6 | ?no-date
01 06 2014 | ?no-date
1 6 14 | ?no-date
0106 | ?no-date
Tues Jan 7 | 2014-01-07
Tues, Jan 8 | ?weekday-differs
today or tomorrow | ?several
tonight | 2013-12-02
this afternoon | 2013-12-02
this evening | 2013-12-02
tomorrow morning | 2013-12-03
tomorrow at 3 | 2013-12-03
by noon tomorrow | 2013-12-03
first thing Monday | ?which-week
first thing tomorrow | 2013-12-03
Friday afternoon | 2013-12-06
end of Friday | 2013-12-06
end of the day on Friday | 2013-12-06
Friday 5pm | 2013-12-06
Friday at 5 | 2013-12-06
Friday by 5:00 | 2013-12-06
Fri. | 2013-12-06
Friyay | ?spelling
next business day after Christmas | 2013-12-26
the business day after Christmas | 2013-12-26
the last business day before Christmas | 2013-12-24
5 business days before the cap | 2014-06-27
five business days after January 6 | 2014-01-13
the first business day after New Year's Day | 2014-01-02
the first of the month | ?which-month
first of next month | 2014-01-01
the 1st of next month | 2014-01-01
the last Monday in May | 2014-05-26
last week | ?vague
last month | ?vague
this year | ?vague
this summer | ?vague
start of summer | ?vague
June | ?which-day
end of June | 2014-06-30
June 30 | 2014-06-30
June 30, 2014 | 2014-06-30
June 30, 2015 | 2015-06-30
June 31 | ?no-such-day
fiscal year end | ?needs-calendar
school year's end | ?needs-calendar
by graduation | ?needs-calendar
January 10th | 2014-01-10
by Jan. 10 | 2014-01-10
10 January | 2014-01-10
no later than close of business January 10, 2014 | 2014-01-10
01/10/14 | 2014-01-10
1/10 | 2014-01-10
2014-01-10 | 2014-01-10
Fri, Jan 10 | 2014-01-10
until the second Friday in January | 2014-01-10
the 2nd Fri of Jan | 2014-01-10
in forty days | 2014-01-11
within 60 days | 2014-01-31
sixty days from today | 2014-01-31
120 days from today | 2014-04-01
one hundred twenty days from the NOF | 2014-03-22
4 months from today | 2014-04-02
four months after the last day of review | 2014-03-22
two months before the cap | 2014-05-05
3 weeks after the due date | 2014-01-27
a week after New Year's Day | 2014-01-08
the Wednesday before Christmas | 2013-12-18
the Monday following MLK Day | 2014-01-27
last school day in December | ?needs-calendar
April 15 | 2014-04-15
4/15/2014 by 5pm | 2014-04-15
04/15/2014 5:00 PM PST | 2014-04-15
mid April | 2014-04-15
mid-Apr 2014 | 2014-04-15
the end of April | 2014-04-30
April 30th 2014 | 2014-04-30
last Monday of April | 2014-04-28
end of day April 30 | 2014-04-30
the thirtieth of April | 2014-04-30
30th April, 2014 | 2014-04-30
treinta de abril | 2014-04-30
el 30 de abril | 2014-04-30
30/abril/2014 | 2014-04-30
hasta fin de abril | 2014-04-30
en 60 días | 2014-01-31
dentro de un mes | 2014-01-02
el próximo mes | ?which-day
two weeks from this Friday | 2013-12-20
day after tomorrow by noon | 2013-12-04
Thursday | 2013-12-05
Thu Dec 5 | 2013-12-05
this Thursday COB | 2013-12-05
COB Thurs 12/5 | 2013-12-05
Dec 5 (Thursday), 5 pm | 2013-12-05
the Thursday after Christmas | 2013-12-26
the first Thursday of next month | 2014-01-02
90 days after the Notification of Findings | 2014-02-20
up to 225 days after the review | 2014-07-05
one day before the cap | 2014-07-04
the cap date | 2014-07-05
the maximum (225 days) | ?vague
as soon as the board meets | ?vague
six months | ?from-when
half of January | ?vague
January 10-ish | ?vague
January 10/11 | ?vague
10 Jan or 11 Jan | ?several
Jan 10 if the board agrees | ?vague
Jan 10 unless delayed | ?vague
not Jan 10 | ?vague
Jan 10 but not later | ?vague
Jan 100 | ?vague
January 0 | ?no-such-day
1/100 | ?vague
101/10 | ?vague
next year | ?vague
two days ago | ?vague
"""

# Tuesday 31 December 2013: the year ends.
_NEW_YEARS_EVE = """
today | 2013-12-31
tomorrow | 2014-01-01
12/31 | 2013-12-31
1/1 | 2014-01-01
EOM | 2013-12-31
end of December | 2013-12-31
in 90 days | 2014-03-31
in 10 business days | 2014-01-15
end of next month | 2014-01-31
in two weeks | 2014-01-14
Friday | 2014-01-03
mid January | 2014-01-15
10/27 | 2014-10-27
10/28 | ?which-year
in two months | ?no-such-day
12/30 | ?which-year
Dec 30, 2013 | ?past
Tuesday | ?which-week
"""

# Thursday 3 December 2015: the next year is a leap year.
_BEFORE_LEAP = """
2/29 | 2016-02-29
Feb 29, 2016 | 2016-02-29
end of February | 2016-02-29
last day of February | 2016-02-29
in 90 days | 2016-03-02
last Monday in February | 2016-02-29
the day after February 28 | 2016-02-29
12/3/2017 | 2017-12-03
12/4/2017 | ?too-far
2/30 | ?no-such-day
"""

# Monday 29 February 2016: two years on there is no such day.
_LEAP_DAY = """
today | 2016-02-29
2/29 | 2016-02-29
in 30 days | 2016-03-30
in one month | 2016-03-29
2/28/2018 | 2018-02-28
in a year | ?no-such-day
2/28 | ?which-year
3/1/2018 | ?too-far
"""

# Sunday 9 March 2014: the clocks change; Sunday weeks and Monday weeks differ.
_CLOCK_CHANGE = """
today | 2014-03-09
tomorrow | 2014-03-10
this Friday | 2014-03-14
in 45 days | 2014-04-23
the 31st of March | 2014-03-31
Friday of next week | ?which-week
"""

# Friday 29 August 2014, before Labor Day.
_FRIDAY = """
this Friday | 2014-08-29
Monday | 2014-09-01
in one business day | 2014-09-02
next business day | 2014-09-02
the Friday after Labor Day | 2014-09-05
a week from today | 2014-09-05
EOM | 2014-08-31
the last business day of August | 2014-08-29
Thanksgiving | 2014-11-27
the day before Thanksgiving | 2014-11-26
mid-month | 2014-09-15
Friday next week | 2014-09-05
Friday | ?which-week
coming Friday | ?which-week
next Friday | ?which-week
a week from Friday | ?which-week
mid August | ?which-year
"""

_DAYS = {
    date(2013, 12, 2): _MONDAY,
    date(2013, 12, 31): _NEW_YEARS_EVE,
    date(2015, 12, 3): _BEFORE_LEAP,
    date(2016, 2, 29): _LEAP_DAY,
    date(2014, 3, 9): _CLOCK_CHANGE,
    date(2014, 8, 29): _FRIDAY,
}


def _phrase(today: date, line: str) -> Phrase:
    text, _, wanted = line.rpartition("|")
    doubt = wanted.strip().removeprefix("?") if "?" in wanted else None
    return Phrase(today, text.strip(), None if doubt else date.fromisoformat(wanted.strip()), doubt)


PHRASES = tuple(_phrase(today, line) for today, lines in _DAYS.items() for line in lines.strip().splitlines())

# Clear to people, and still asked: rare, or not worth a rule.
NOT_UNDERSTOOD = {
    "a fortnight from today",
    "Friday week",
    "the Friday of the week of December 16",
    "St. Patrick's Day",
    "Easter",
    "January end",
    "the first weekday of January",
    "half a year from now",
    "in a year and a half",
    "until Jan 6 2014 (the due date)",
    "6 January 14",
    "1／6／2014",
    "２０１４-01-06",
    "end of Friday",
}
