for (const place of document.querySelectorAll(".chart")) {
  const data = document.getElementById(place.id.replace("figure", "data"));
  const figure = JSON.parse(data.textContent);
  Plotly.newPlot(place, figure.data, figure.layout, { responsive: true, displaylogo: false });
}
