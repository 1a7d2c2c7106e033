using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

/// <summary>What a CDN can do wrong, each at the bytes where it could matter, ends in the right blob.</summary>
public sealed class BlobFaultTests
{
    private static readonly long[] Positions =
        [0, 1, BlobFixture.BlockSize - 1, BlobFixture.BlockSize, BlobFixture.Size / 2, BlobFixture.Size - 1];

    private static readonly Dictionary<string, Func<long, Fault>> Faults = new()
    {
        ["full body"] = at => Fault.FullBody(at),
        ["wrong range"] = at => Fault.WrongContentRange(at),
        ["no range"] = at => Fault.NoContentRange(at),
        ["wrong total"] = at => Fault.WrongTotal(at),
        ["short body"] = at => Fault.ShortBody(at),
        ["cut off"] = at => Fault.CutOff(at),
        ["reset"] = at => Fault.Reset(at),
        ["stall"] = at => Fault.Stall(at),
        ["drip"] = at => Fault.Drip(100, at),
        ["flipped bit"] = at => Fault.FlippedBit(at),
        ["html"] = at => Fault.Html(at),
        ["pointer"] = at => Fault.PointerBody(at),
        ["gzip"] = at => Fault.GzipBody(at),
        ["other etag"] = at => Fault.OtherETag(at),
        ["400"] = at => Fault.WithStatus(400, at),
        ["401"] = at => Fault.WithStatus(401, at),
        ["403"] = at => Fault.WithStatus(403, at),
        ["404"] = at => Fault.WithStatus(404, at),
        ["408"] = at => Fault.WithStatus(408, at),
        ["410"] = at => Fault.WithStatus(410, at),
        ["416"] = at => Fault.WithStatus(416, at),
        ["429"] = at => Fault.RateLimited() with { At = at },
        ["429 retry-after"] = at => Fault.RateLimited(retryAfter: "0", hasHtmlBody: true) with { At = at },
        ["500"] = at => Fault.WithStatus(500, at),
        ["502"] = at => Fault.WithStatus(502, at),
        ["503"] = at => Fault.WithStatus(503, at),
        ["504"] = at => Fault.WithStatus(504, at),
        ["redirect"] = at => Fault.Redirect("http://127.0.0.1:1/").On(RequestKind.Cdn) with { At = at },
        ["redirect loop"] = at => Fault.RedirectLoop().On(RequestKind.Cdn) with { At = at },
    };

    /// <summary>Faults that a fresh address may cure: all but the last are seen before the first byte.</summary>
    private static readonly string[] AsksAgain =
    [
        "full body", "wrong range", "no range", "wrong total", "short body", "html", "pointer", "gzip", "other etag",
        "400", "401", "403", "404", "410", "416", "redirect", "redirect loop", "flipped bit",
    ];

    public static TheoryData<string, long> Cases
    {
        get
        {
            var cases = new TheoryData<string, long>();
            foreach (var name in Faults.Keys)
            {
                foreach (var at in Positions)
                {
                    cases.Add(name, at);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_fault_costs_no_more_than_the_request_that_it_met(string name, long at)
    {
        await using var fixture = await BlobFixture.StartAsync();
        fixture.Hub.Faults.Add(Faults[name](at));

        await fixture.RunAsync(fixture.Options with
        {
            LongestSilence = TimeSpan.FromMilliseconds(300),
            SlowWindow = TimeSpan.FromMilliseconds(200),
        });

        Assert.Equal(1, fixture.Hub.Faults.Happened);
        await fixture.AssertPublishedAsync();
        Assert.Equal(AsksAgain.Contains(name), fixture.Resolved > 1);
        Assert.InRange(fixture.Hub.ServedBytes, BlobFixture.Size, name == "flipped bit" ? 3 * BlobFixture.Size : 2 * BlobFixture.Size);
    }
}
