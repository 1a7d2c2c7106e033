using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace NativeHost.ModelCache.Tests;

/// <summary>Each scripted fault is on the wire what its name says, at the byte that it names.</summary>
public sealed class FakeHubFaultTests : IAsyncLifetime
{
    private const int Size = 700_001;
    private const int From = 100_000;
    private const int To = 599_999;

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private FakeHub _hub = null!;
    private FakeFile _file = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        _file = _hub.AddRepo("acme/tiny-GGUF").AddGenerated("tiny-Q4_K_M.gguf", Size);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task The_whole_file_comes_instead_of_a_range()
    {
        using var answer = await GetAsync(Fault.FullBody());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Bytes(0, Size), await BytesOfAsync(answer));
    }

    [Fact]
    public async Task Ranges_are_said_wrongly_or_not_at_all()
    {
        using var shifted = await GetAsync(Fault.WrongContentRange());
        using var none = await GetAsync(Fault.NoContentRange());
        using var longer = await GetAsync(Fault.WrongTotal());

        Assert.Equal("bytes 99999-599998/700001", shifted.Content.Headers.ContentRange!.ToString());
        Assert.Null(none.Content.Headers.ContentRange);
        Assert.Equal(HttpStatusCode.PartialContent, none.StatusCode);
        Assert.Equal("bytes 100000-599999/700002", longer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(Bytes(From, To - From + 1), await BytesOfAsync(shifted));
        Assert.Equal(Bytes(From, To - From + 1), await BytesOfAsync(none));
        Assert.Equal(Bytes(From, To - From + 1), await BytesOfAsync(longer));
    }

    [Theory]
    [InlineData(From)]
    [InlineData(From + 1)]
    [InlineData(300_000)]
    [InlineData(To)]
    public async Task A_short_body_ends_before_the_byte_without_an_error(int at)
    {
        using var answer = await GetAsync(Fault.ShortBody(at));

        Assert.Equal("bytes 100000-599999/700001", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(Bytes(From, at - From), await BytesOfAsync(answer));
        Assert.Equal(at - From, _hub.ServedBytes);
    }

    [Theory]
    [InlineData(From)]
    [InlineData(300_000)]
    [InlineData(To)]
    public async Task A_connection_ends_orderly_before_the_byte(int at)
    {
        using var answer = await GetAsync(Fault.CutOff(at));
        var (bytes, end) = await ReadToTheEndAsync(answer);

        Assert.Equal(To - From + 1, answer.Content.Headers.ContentLength);
        Assert.Equal(Bytes(From, at - From), bytes);
        Assert.Equal(HttpRequestError.ResponseEnded, Assert.IsType<HttpIOException>(end).HttpRequestError);
    }

    [Theory]
    [InlineData(From)]
    [InlineData(300_000)]
    [InlineData(To)]
    public async Task A_connection_is_reset_before_the_byte(int at)
    {
        using var answer = await GetAsync(Fault.Reset(at));
        var (_, end) = await ReadToTheEndAsync(answer);

        Assert.Equal(at - From, _hub.ServedBytes);
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(end!.GetBaseException()).SocketErrorCode);
    }

    [Fact]
    public async Task A_body_stalls_at_the_byte_for_as_long_as_it_is_said()
    {
        using var forEver = await GetAsync(Fault.Stall(300_000));
        var stream = await forEver.Content.ReadAsStreamAsync(Patience.Token);
        await stream.ReadExactlyAsync(new byte[300_000 - From], Patience.Token);
        var next = stream.ReadAsync(new byte[1], Patience.Token).AsTask();
        using var forAWhile = await GetAsync(Fault.Stall(300_000, TimeSpan.FromMilliseconds(50)));

        Assert.Equal(Bytes(From, To - From + 1), await BytesOfAsync(forAWhile));
        Assert.False(next.IsCompleted);
        Assert.Equal(2, _hub.MostTransfers);
    }

    [Fact]
    public async Task A_body_drips_from_the_byte_on()
    {
        using var answer = await GetAsync(Fault.Drip(bytesPerSecond: 100, at: To - 9));
        var began = TimeProvider.System.GetTimestamp();

        Assert.Equal(Bytes(From, To - From + 1), await BytesOfAsync(answer));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds, 90, 60_000);
    }

    [Theory]
    [InlineData(From)]
    [InlineData(300_001)]
    [InlineData(To)]
    public async Task One_bit_of_the_byte_is_flipped_once_or_always(int at)
    {
        using var once = await GetAsync(Fault.FlippedBit(at));
        var flipped = await BytesOfAsync(once);
        using var again = await GetAsync(null);
        using var always = await GetAsync(Fault.FlippedBit(at).Always());
        using var stillAlways = await GetAsync(null);

        var expected = Bytes(From, To - From + 1);
        Assert.Equal(expected, await BytesOfAsync(again));
        expected[at - From] ^= 0x10;
        Assert.Equal(expected, flipped);
        Assert.Equal(expected, await BytesOfAsync(always));
        Assert.Equal(expected, await BytesOfAsync(stillAlways));
    }

    [Fact]
    public async Task Something_else_than_the_file_comes_with_a_good_status()
    {
        using var html = await GetAsync(Fault.Html());
        using var pointer = await GetAsync(Fault.PointerBody());
        using var gzip = await GetAsync(Fault.GzipBody());
        await using var unzipped = new GZipStream(await gzip.Content.ReadAsStreamAsync(Patience.Token), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        await unzipped.CopyToAsync(bytes, Patience.Token);

        Assert.Equal(HttpStatusCode.OK, html.StatusCode);
        Assert.Equal("text/html", html.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("<!DOCTYPE html>", Encoding.UTF8.GetString(await BytesOfAsync(html)), StringComparison.Ordinal);
        Assert.Equal($"version https://git-lfs.github.com/spec/v1\noid sha256:{_file.Sha256}\nsize {Size}\n", Encoding.UTF8.GetString(await BytesOfAsync(pointer)));
        Assert.Equal(["gzip"], gzip.Content.Headers.ContentEncoding);
        Assert.Equal(Bytes(From, To - From + 1), bytes.ToArray());
    }

    [Fact]
    public async Task Another_etag_makes_a_conditional_range_the_whole_file()
    {
        using var first = await GetAsync(null);
        using var other = await GetAsync(Fault.OtherETag());
        using var request = await RequestAsync();
        request.Headers.IfRange = new RangeConditionHeaderValue(other.Headers.ETag!);
        using var conditional = await _client.SendAsync(request, Patience.Token);

        Assert.NotEqual(first.Headers.ETag, other.Headers.ETag);
        Assert.Equal(HttpStatusCode.PartialContent, other.StatusCode);
        Assert.Equal(HttpStatusCode.OK, conditional.StatusCode);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(416)]
    [InlineData(503)]
    public async Task Errors_come_with_each_nth_request(int status)
    {
        _hub.Faults.Add(Fault.WithStatus(status).EachNth(3));
        var statuses = new List<int>();
        for (var i = 0; i < 7; i++)
        {
            using var answer = await GetAsync(null);
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([206, 206, status, 206, 206, status, 206], statuses);
        Assert.Equal(2, _hub.Faults.Happened);
    }

    [Fact]
    public async Task A_limit_says_when_it_ends()
    {
        using var limited = await GetAsync(Fault.RateLimited(resetSeconds: 5, retryAfter: "7", hasHtmlBody: true));

        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.Equal("\"resolvers\";r=0;t=5", limited.Headers.GetValues("RateLimit").Single());
        Assert.Equal(TimeSpan.FromSeconds(7), limited.Headers.RetryAfter!.Delta);
        Assert.Equal("text/html", limited.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Addresses_of_the_cdn_end_after_a_time_or_at_once()
    {
        using var good = await RequestAsync();
        using var expired = await RequestAsync();
        using var before = await _client.SendAsync(good, Patience.Token);
        _hub.ExpireLinks();
        using var after = await _client.SendAsync(expired, Patience.Token);
        _hub.LinkLifetime = TimeSpan.Zero;
        using var late = await GetAsync(null);

        Assert.Equal(HttpStatusCode.PartialContent, before.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, after.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
    }

    [Fact]
    public async Task A_fault_happens_only_to_answers_that_have_its_byte()
    {
        _hub.Faults.Add(Fault.WithStatus(503, at: To + 1).Always());
        using var before = await GetAsync(null);
        using var request = await RequestAsync();
        request.Headers.Range = new RangeHeaderValue(To, To + 1);
        using var within = await _client.SendAsync(request, Patience.Token);

        Assert.Equal(HttpStatusCode.PartialContent, before.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, within.StatusCode);
    }

    /// <summary>Asks the CDN for the bytes between <see cref="From"/> and <see cref="To"/>, with this fault.</summary>
    private async Task<HttpResponseMessage> GetAsync(Fault? fault)
    {
        if (fault is not null)
        {
            _hub.Faults.Add(fault);
        }

        using var request = await RequestAsync();
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Patience.Token);
    }

    private async Task<HttpRequestMessage> RequestAsync()
    {
        using var resolved = await _client.GetAsync(new Uri(_hub.Endpoint, "acme/tiny-GGUF/resolve/main/tiny-Q4_K_M.gguf"), Patience.Token);
        var request = new HttpRequestMessage(HttpMethod.Get, resolved.Headers.Location);
        request.Headers.Range = new RangeHeaderValue(From, To);
        return request;
    }

    private byte[] Bytes(int from, int count)
    {
        var bytes = new byte[count];
        _file.Content.Read(from, bytes);
        return bytes;
    }

    private static Task<byte[]> BytesOfAsync(HttpResponseMessage answer) => answer.Content.ReadAsByteArrayAsync(Patience.Token);

    private static async Task<(byte[] Bytes, Exception? End)> ReadToTheEndAsync(HttpResponseMessage answer)
    {
        var stream = await answer.Content.ReadAsStreamAsync(Patience.Token);
        using var bytes = new MemoryStream();
        try
        {
            await stream.CopyToAsync(bytes, Patience.Token);
            return (bytes.ToArray(), null);
        }
        catch (Exception e) when (e is IOException)
        {
            return (bytes.ToArray(), e);
        }
    }
}
