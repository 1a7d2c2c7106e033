using Microsoft.AspNetCore.Builder;

await using var app = WebApplication.CreateSlimBuilder(args).Build();
await app.RunAsync();
