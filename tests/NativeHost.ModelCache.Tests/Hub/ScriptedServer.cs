using System.Net;
using System.Text;

namespace NativeHost.ModelCache.Tests.Hub;

/// <summary>Answers requests as a test wrote it down, one after the other, and keeps what was asked.</summary>
internal sealed class ScriptedServer : HttpMessageHandler
{
    private readonly Queue<Func<HttpRequestMessage, HttpResponseMessage>> _answers = new();
    private readonly List<AskedRequest> _requests = [];
    private Func<HttpRequestMessage, HttpResponseMessage>? _always;

    public IReadOnlyList<AskedRequest> Requests => _requests;

    /// <summary>The next answer.</summary>
    public ScriptedServer Then(Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    public ScriptedServer Then(int status, params (string Name, string Value)[] headers) => Then(_ => Answer(status, "", headers));

    public ScriptedServer ThenJson(string json, params (string Name, string Value)[] headers) => Then(_ => Answer(200, json, headers));

    public ScriptedServer ThenRedirect(string location, params (string Name, string Value)[] headers)
        => Then(_ => Answer(302, "", [("Location", location), .. headers]));

    /// <summary>What is answered when no next answer is left.</summary>
    public ScriptedServer Always(Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        _always = answer;
        return this;
    }

    /// <param name="headers">Those of contents go there.</param>
    public static HttpResponseMessage Answer(int status, string body, params (string Name, string Value)[] headers)
        => Answer(status, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), headers);

    public static HttpResponseMessage Answer(int status, HttpContent content, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = content };
        foreach (var (name, value) in headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _requests.Add(new AskedRequest(request.Method.Method, request.RequestUri!, request.Headers.Authorization?.ToString(), request.Headers.Range?.ToString()));
        var answer = _answers.TryDequeue(out var next) ? next : _always ?? throw new InvalidOperationException($"Nothing was written down for {request.RequestUri}.");
        var response = answer(request);
        response.RequestMessage = request;
        return Task.FromResult(response);
    }
}

/// <summary>A request that was made.</summary>
internal sealed record AskedRequest(string Method, Uri Address, string? Authorization, string? Range);
